{#
    Up to 15 hexadecimal digits as a non-negative BIGINT; the same number on every engine.
#}
{% macro hex_to_bigint(expression) %}{{ return(adapter.dispatch('hex_to_bigint')(expression)) }}{% endmacro %}

{% macro duckdb__hex_to_bigint(expression) -%}
    cast('0x' || {{ expression }} as bigint)
{%- endmacro %}

{% macro spark__hex_to_bigint(expression) -%}
    cast(conv({{ expression }}, 16, 10) as bigint)
{%- endmacro %}
