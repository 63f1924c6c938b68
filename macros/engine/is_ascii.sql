{#
    True if every character of the text takes one byte.
#}
{% macro is_ascii(expression) %}{{ return(adapter.dispatch('is_ascii')(expression)) }}{% endmacro %}

{% macro duckdb__is_ascii(expression) -%}
    strlen({{ expression }}) = length({{ expression }})
{%- endmacro %}

{% macro spark__is_ascii(expression) -%}
    octet_length({{ expression }}) = length({{ expression }})
{%- endmacro %}
