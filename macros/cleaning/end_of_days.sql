{# From it on are the days that systems write for "never": 2999-12-31, 9999-12-31. #}
{% macro end_of_days() -%}
    date '2200-01-01'
{%- endmacro %}
