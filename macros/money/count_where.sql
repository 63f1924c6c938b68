{# The sum of a whole number over the rows of a group where the condition holds, cast back where it is made. #}
{% macro count_where(number, condition) -%}
    cast(sum(case when {{ condition }} then {{ number }} else 0 end) as integer)
{%- endmacro %}
