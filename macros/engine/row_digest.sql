{#
    md5 of several columns of one relation: equal where all of them are, NULL equal to NULL. By way of JSON, which keeps
    values apart whatever characters they hold.
#}
{% macro row_digest(names, relation) %}{{ return(adapter.dispatch('row_digest')(names, relation)) }}{% endmacro %}

{% macro duckdb__row_digest(names, relation) -%}
    md5(cast(to_json(row({{ relation }}.{{ names | join(', ' ~ relation ~ '.') }})) as varchar))
{%- endmacro %}

{% macro spark__row_digest(names, relation) -%}
    md5(to_json(struct({{ relation }}.{{ names | join(', ' ~ relation ~ '.') }})))
{%- endmacro %}
