{# Before it are the days that systems write for "none": year 1, 1753, the spreadsheets' day zero and 1900-01-01. #}
{% macro first_plausible_day() -%}
    date '1900-01-02'
{%- endmacro %}
