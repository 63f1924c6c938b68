{#
    A non-negative BIGINT as 15 lower-case hexadecimal digits.
#}
{% macro bigint_to_hex(expression) %}{{ return(adapter.dispatch('bigint_to_hex')(expression)) }}{% endmacro %}

{% macro duckdb__bigint_to_hex(expression) -%}
    lpad(lower(to_hex({{ expression }})), 15, '0')
{%- endmacro %}

{% macro spark__bigint_to_hex(expression) -%}
    lpad(lower(hex({{ expression }})), 15, '0')
{%- endmacro %}
