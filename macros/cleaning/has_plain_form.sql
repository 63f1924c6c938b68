{# Types whose text is first brought to one plain form, and then cast, once. #}
{% macro has_plain_form(column) %}
    {{ return(column.data_type in ('timestamp', 'date', 'number', 'amount', 'rate', 'email')) }}
{% endmacro %}
