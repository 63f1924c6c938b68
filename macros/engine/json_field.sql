{#
    A field of a JSON object held as text, as text; NULL if the text is no object, or has no such field.
#}
{% macro json_field(expression, name) %}{{ return(adapter.dispatch('json_field')(expression, name)) }}{% endmacro %}

{% macro duckdb__json_field(expression, name) -%}
    json_extract_string(case when json_valid({{ expression }}) then {{ expression }} end, '$.{{ name }}')
{%- endmacro %}

{% macro spark__json_field(expression, name) -%}
    get_json_object({{ expression }}, '$.{{ name }}')
{%- endmacro %}
