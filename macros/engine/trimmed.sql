{#
    Text without surrounding white space (blank, tab, line ends, no-break and ideographic space); empty is NULL.
#}
{% macro trimmed(expression) %}{{ return(adapter.dispatch('trimmed')(expression)) }}{% endmacro %}

{% macro duckdb__trimmed(expression) -%}
    nullif(trim({{ expression }}, chr(32) || chr(9) || chr(10) || chr(13) || chr(160) || chr(12288)), '')
{%- endmacro %}

{% macro spark__trimmed(expression) -%}
    nullif(trim(both decode(unhex('20090A0DC2A0E38080'), 'UTF-8') from {{ expression }}), '')
{%- endmacro %}
