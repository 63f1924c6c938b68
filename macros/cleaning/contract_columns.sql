{#
    The columns of a raw table as its source YAML declares them, in that order: name, data_type, meta.is_required.
    The source YAML is the contract; nothing here repeats it. Empty while dbt parses, when there is no graph yet.
#}
{% macro contract_columns(source_name, table_name) %}
    {%- if not execute -%}{{ return([]) }}{%- endif -%}
    {{ return(contract_table(source_name, table_name).columns.values() | list) }}
{% endmacro %}

{% macro contract_table(source_name, table_name) %}
    {{ return(graph.sources['source.' ~ project_name ~ '.' ~ source_name ~ '.' ~ table_name]) }}
{% endmacro %}
