{#
    AUC of an order: the chance that one for whom the flag holds stands before one for whom it does not; a tie is half a chance. NULL where it
    holds for all or for nobody. An aggregate; `twice_middle` is the smallest and the largest rank of the row's value, added.
#}
{% macro area_under_curve(flag) -%}
    {%- set yes, no = 'count(case when ' ~ flag ~ ' then 1 end)', 'count(case when not ' ~ flag ~ ' then 1 end)' -%}
    (cast(sum(case when {{ flag }} then twice_middle end) as double) / 2 - cast({{ yes }} as double) * ({{ yes }} + 1) / 2)
    / nullif(cast({{ yes }} as double) * {{ no }}, 0)
{%- endmacro %}
