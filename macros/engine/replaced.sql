{#
    Every match of the pattern replaced by the replacement.
#}
{% macro replaced(expression, pattern, replacement) %}{{ return(adapter.dispatch('replaced')(expression, pattern, replacement)) }}{% endmacro %}

{% macro duckdb__replaced(expression, pattern, replacement) -%}
    regexp_replace({{ expression }}, {{ sql_literal(pattern) }}, {{ sql_literal(replacement) }}, 'g')
{%- endmacro %}

{% macro spark__replaced(expression, pattern, replacement) -%}
    regexp_replace({{ expression }}, {{ sql_literal(pattern) }}, {{ sql_literal(replacement) }})
{%- endmacro %}
