{#
    The last day of the month that ended `months` whole months before the month of the date (0: the previous month).
#}
{% macro month_end_before(date, months) %}{{ return(adapter.dispatch('month_end_before')(date, months)) }}{% endmacro %}

{% macro duckdb__month_end_before(date, months) -%}
    (cast(date_trunc('month', {{ date }}) - to_months(cast({{ months }} as integer)) as date) - 1)
{%- endmacro %}

{% macro spark__month_end_before(date, months) -%}
    date_sub(add_months(trunc({{ date }}, 'MM'), -cast({{ months }} as int)), 1)
{%- endmacro %}
