{#
    The whole row of a table alias as JSON text.
#}
{% macro row_as_json(table_alias) %}{{ return(adapter.dispatch('row_as_json')(table_alias)) }}{% endmacro %}

{% macro duckdb__row_as_json(table_alias) -%}
    cast(to_json({{ table_alias }}) as varchar)
{%- endmacro %}

{% macro spark__row_as_json(table_alias) -%}
    to_json(struct({{ table_alias }}.*))
{%- endmacro %}
