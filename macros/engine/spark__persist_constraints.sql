{#
    Parquet tables have no constraints. The contract's names and types are enforced on Spark as well; NOT NULL is
    enforced where the same rows are built on DuckDB.
#}
{% macro spark__persist_constraints(relation, model) %}
{% endmacro %}
