{#
    Integer division of non-negative BIGINTs, rounded down. Exact, unlike a division that goes through DOUBLE.
#}
{% macro whole_division(numerator, denominator) %}{{ return(adapter.dispatch('whole_division')(numerator, denominator)) }}{% endmacro %}

{% macro duckdb__whole_division(numerator, denominator) -%}
    (({{ numerator }}) // ({{ denominator }}))
{%- endmacro %}

{% macro spark__whole_division(numerator, denominator) -%}
    (({{ numerator }}) div ({{ denominator }}))
{%- endmacro %}
