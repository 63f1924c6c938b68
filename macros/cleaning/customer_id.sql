{# The published customer_id of a customer key. #}
{% macro customer_id(key) -%}
    'C' || {{ bigint_to_hex(key) }}
{%- endmacro %}
