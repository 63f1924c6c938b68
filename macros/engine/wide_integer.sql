{#
    The type of whole numbers of up to 38 digits.
#}
{% macro wide_integer() %}{{ return(adapter.dispatch('wide_integer')()) }}{% endmacro %}

{% macro duckdb__wide_integer() %}hugeint{% endmacro %}

{% macro spark__wide_integer() %}decimal(38, 0){% endmacro %}
