{# Whether a column can break a rule by itself. #}
{% macro has_problem(column) %}
    {{ return(column.config.meta.get('is_required', false) or column.data_type not in ('text', 'name')) }}
{% endmacro %}
