{# The engine's type of a contract type. #}
{% macro engine_type(type) -%}
    {{ {
        'timestamp': 'timestamp', 'date': 'date', 'number': 'decimal(18, 4)', 'amount': 'decimal(18, 4)',
        'rate': 'decimal(18, 10)', 'integer': 'integer', 'boolean': 'boolean',
    }.get(type, dbt.type_string()) }}
{%- endmacro %}
