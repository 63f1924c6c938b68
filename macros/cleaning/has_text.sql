{# Whether a column keeps the text that it came from beside its value. #}
{% macro has_text(column) %}
    {{ return(column.data_type not in ('ref', 'text', 'name')) }}
{% endmacro %}
