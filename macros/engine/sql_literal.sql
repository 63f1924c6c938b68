{#
    A text as a SQL literal: the one way in which a text that is not ours (a setting, a word of a seed, a path) becomes
    part of SQL. Spark reads backslashes in literals, DuckDB does not.
#}
{% macro sql_literal(text) %}{{ return(adapter.dispatch('sql_literal')(text | string)) }}{% endmacro %}

{% macro duckdb__sql_literal(text) %}{{ return("'" ~ text | replace("'", "''") ~ "'") }}{% endmacro %}

{% macro spark__sql_literal(text) %}{{ return("'" ~ text | replace("\\", "\\\\") | replace("'", "\\'") ~ "'") }}{% endmacro %}
