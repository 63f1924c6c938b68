{#
    Money times a decimal, as money. The product of two decimals of 18 digits is computed in 18 digits on DuckDB and
    overflows at a few thousand millions; one wider factor makes it 38.
#}
{% macro times(amount, factor) -%}
    cast(cast({{ amount }} as decimal(20, 4)) * {{ factor }} as decimal(18, 4))
{%- endmacro %}
