{#
    The sum of a money expression over the rows of a group where the condition holds, cast back to money where it is
    made: a sum is 128 bits wide otherwise, and everything after it slow.
#}
{% macro sum_where(amount, condition) -%}
    cast(sum(case when {{ condition }} then {{ amount }} else 0 end) as decimal(18, 4))
{%- endmacro %}
