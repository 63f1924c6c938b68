{#
    One row per part of a text that a one-character separator divides. For use in a select list.
#}
{% macro exploded(expression, separator) %}{{ return(adapter.dispatch('exploded')(expression, separator)) }}{% endmacro %}

{% macro duckdb__exploded(expression, separator) -%}
    unnest(string_split({{ expression }}, '{{ separator }}'))
{%- endmacro %}

{% macro spark__exploded(expression, separator) -%}
    explode(split({{ expression }}, '{{ separator }}'))
{%- endmacro %}
