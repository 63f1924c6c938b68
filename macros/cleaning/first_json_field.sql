{# The first of several fields of JSON objects that is there: [[column, path], ...]. #}
{% macro first_json_field(places) -%}
    coalesce({% for column, path in places %}{{ json_field(column, path) }}{{ ', ' if not loop.last }}{% endfor %})
{%- endmacro %}
