{#
    Several columns of one relation as one value, which compares equal if all of them do, NULL equal to NULL.
#}
{% macro row_of(names, relation) %}{{ return(adapter.dispatch('row_of')(names, relation)) }}{% endmacro %}

{% macro duckdb__row_of(names, relation) -%}
    row({{ relation }}.{{ names | join(', ' ~ relation ~ '.') }})
{%- endmacro %}

{% macro spark__row_of(names, relation) -%}
    struct({{ relation }}.{{ names | join(', ' ~ relation ~ '.') }})
{%- endmacro %}
