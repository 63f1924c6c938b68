{#
    Schemas are the layers: staging, intermediate, marts, restricted, seeds. dbt's default would put the
    target's schema in front of each.
#}
{% macro generate_schema_name(custom_schema_name, node) -%}
    {{ target.schema if custom_schema_name is none else custom_schema_name | trim }}
{%- endmacro %}
