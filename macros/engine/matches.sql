{#
    True if the text contains a match of the pattern. Patterns use no backslash: engines disagree about escapes.
#}
{% macro matches(expression, pattern) %}{{ return(adapter.dispatch('matches')(expression, pattern)) }}{% endmacro %}

{% macro duckdb__matches(expression, pattern) -%}
    regexp_matches({{ expression }}, {{ sql_literal(pattern) }})
{%- endmacro %}

{% macro spark__matches(expression, pattern) -%}
    ({{ expression }} rlike {{ sql_literal(pattern) }})
{%- endmacro %}
