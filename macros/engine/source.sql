{#
    A raw table. DuckDB reads the folder named in the source YAML; Spark reads the same folder by its path.
#}
{% macro source(source_name, table_name) %}
    {%- set relation = builtins.source(source_name, table_name) -%}
    {%- if target.type == 'spark' -%}
        {%- set folder = env_var('GRADING_RAW', 'warehouse/current/raw') ~ '/' ~ source_name ~ '/' ~ table_name -%}
        {{ return('parquet.`' ~ folder ~ '`') }}
    {%- endif -%}
    {{ return(relation) }}
{% endmacro %}
