{#
    The contract's columns of a raw table, in order: name, data_type, meta.is_required. A table of a source system has
    those of the landing table that it maps to (meta.maps_to), so that nothing downstream knows the difference. The source
    YAML is the contract; nothing here repeats it. Empty while dbt parses, when there is no graph yet.
#}
{% macro contract_columns(source_name, table_name) %}
    {%- if not execute -%}{{ return([]) }}{%- endif -%}
    {{ return(contract_table(source_name, table_name).columns.values() | list) }}
{% endmacro %}

{# The landing table whose contract a raw table follows: itself, or the one it maps to. #}
{% macro contract_table(source_name, table_name) %}
    {%- set maps_to = raw_table(source_name, table_name).config.meta.get('maps_to') -%}
    {{ return(raw_table('landing', maps_to) if maps_to else raw_table(source_name, table_name)) }}
{% endmacro %}

{% macro raw_table(source_name, table_name) %}
    {{ return(graph.sources['source.' ~ project_name ~ '.' ~ source_name ~ '.' ~ table_name]) }}
{% endmacro %}

{#
    Contract column -> SQL text expression that feeds it from a raw table: what the model derives, else the raw columns
    that say meta.maps_to, the first that is filled, else the raw column of the same name in a landing table. A build leaves
    out raw columns that no file fills.
#}
{% macro feeding_expressions(source_name, table_name, derived={}) %}
    {%- if not execute -%}{{ return({}) }}{%- endif -%}
    {%- set mapped = {} -%}
    {%- set is_ref = {} -%}
    {%- for column in contract_columns(source_name, table_name) -%}{%- do is_ref.update({column.name: column.data_type == 'ref'}) -%}{%- endfor -%}
    {%- set prefix = raw_table(source_name, table_name).source_meta.get('ref_prefix') -%}
    {%- set is_canonical = raw_table(source_name, table_name).config.meta.get('maps_to') is none -%}
    {%- for column in raw_table(source_name, table_name).columns.values() -%}
        {%- set target = column.name if is_canonical else column.config.meta.get('maps_to') -%}
        {%- if target and holds_values(source_name, table_name, column.name) -%}
            {%- set text = 'replace(' ~ column.name ~ ", '" ~ prefix ~ "', '')" if prefix and is_ref.get(target) else column.name -%}
            {%- do mapped.setdefault(target, []).append(trimmed(text)) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- set expressions = {} -%}
    {%- for column in contract_columns(source_name, table_name) -%}
        {%- if column.name in derived -%}
            {%- do expressions.update({column.name: derived[column.name]}) -%}
        {%- elif column.name in mapped -%}
            {%- set feeds = mapped[column.name] -%}
            {%- do expressions.update({column.name: feeds[0] if feeds | length == 1 else 'coalesce(' ~ feeds | join(', ') ~ ')'}) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- for target in mapped.keys() | list + derived.keys() | list -%}
        {%- if target not in contract_columns(source_name, table_name) | map(attribute='name') -%}
            {{ exceptions.raise_compiler_error(source_name ~ '.' ~ table_name ~ ' maps to ' ~ target ~ ', which the contract does not have') }}
        {%- endif -%}
    {%- endfor -%}
    {{ return(expressions) }}
{% endmacro %}

{# The name of that landing table; the raw table's own while dbt parses. #}
{% macro contract_name_of(source_name, table_name) %}
    {{- return(contract_table(source_name, table_name).name if execute else table_name) -}}
{% endmacro %}
