{#
    All that staging needs to know of one raw table, for `typed_columns` and `judged`. The source YAML is the contract;
    nothing here repeats it. A table of a source system has the columns of the landing table that it maps to
    (meta.maps_to), so that nothing downstream knows the difference.

    derived: {contract column: SQL text expression over the raw columns} where renaming is not enough; extra: {name: SQL
    text expression} that the model's own rules need.

    source_name, table_name, contract_name, columns (of the contract, in order: name, data_type, meta.is_required; none while
    dbt parses, when there is no graph yet), feeds (contract column -> SQL text expression), extra, key, is_versioned.
#}
{% macro landed_table(source_name, table_name, derived={}, extra={}) %}
    {%- set table = {
        'source_name': source_name, 'table_name': table_name, 'contract_name': contract_name_of(source_name, table_name),
        'columns': [], 'feeds': {}, 'extra': extra, 'key': [], 'is_versioned': false, 'dates': [],
    } -%}
    {%- if execute -%}
        {%- set contract = contract_table(source_name, table_name) -%}
        {%- do table.update({
            'columns': contract.columns.values() | list,
            'feeds': feeding_expressions(source_name, table_name, contract.columns, derived),
            'key': contract.config.meta.key,
            'is_versioned': contract.config.meta.get('is_versioned', false),
            'dates': dates_of(source_name, table_name),
        }) -%}
    {%- endif -%}
    {{ return(table) }}
{% endmacro %}

{# Contract columns that a raw table feeds from fields that its source keeps as dates (meta.is_date). #}
{% macro dates_of(source_name, table_name) %}
    {%- set names = [] -%}
    {%- for column in raw_table(source_name, table_name).columns.values() if column.config.meta.get('is_date') -%}
        {%- do names.append(column.config.meta.get('feeds', column.config.meta.get('maps_to'))) -%}
    {%- endfor -%}
    {{ return(names) }}
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
{% macro feeding_expressions(source_name, table_name, contract_columns, derived) %}
    {%- set raw = raw_table(source_name, table_name) -%}
    {%- set prefix = raw.source_meta.get('ref_prefix') -%}
    {%- set mapped = {} -%}
    {%- for column in raw.columns.values() -%}
        {%- set target = column.config.meta.get('maps_to') if raw.config.meta.get('maps_to') else column.name -%}
        {%- if target and target not in contract_columns -%}
            {{ exceptions.raise_compiler_error(source_name ~ '.' ~ table_name ~ '.' ~ column.name ~ ' maps to ' ~ target ~ ', which the contract does not have') }}
        {%- endif -%}
        {%- if target and holds_values(source_name, table_name, column.name) -%}
            {%- set is_prefixed = prefix and contract_columns[target].data_type == 'ref' -%}
            {%- set text = 'replace(' ~ column.name ~ ', ' ~ sql_literal(prefix) ~ ", '')" if is_prefixed else column.name -%}
            {%- do mapped.setdefault(target, []).append(trimmed(text)) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- set expressions = {} -%}
    {%- for name in contract_columns -%}
        {%- if name in derived -%}
            {%- do expressions.update({name: derived[name]}) -%}
        {%- elif name in mapped -%}
            {%- set feeds = mapped[name] -%}
            {%- do expressions.update({name: feeds[0] if feeds | length == 1 else 'coalesce(' ~ feeds | join(', ') ~ ')'}) -%}
        {%- endif -%}
    {%- endfor -%}
    {#- Telephone numbers are looked up, by texts that landing has seen: it must know where they stand. #}
    {%- for name in derived if name in contract_columns and contract_columns[name].data_type == 'phone' -%}
        {%- if not raw.columns.values() | selectattr('config.meta.may_hold', 'equalto', 'phone') | list -%}
            {{ exceptions.raise_compiler_error(source_name ~ '.' ~ table_name ~ ' derives ' ~ name ~ ': say may_hold: phone in the meta of the columns that it is made of') }}
        {%- endif -%}
    {%- endfor -%}
    {%- for name in derived if name not in contract_columns -%}
        {{ exceptions.raise_compiler_error(source_name ~ '.' ~ table_name ~ ' derives ' ~ name ~ ', which the contract does not have') }}
    {%- endfor -%}
    {{ return(expressions) }}
{% endmacro %}

{# The name of that landing table; the raw table's own while dbt parses. #}
{% macro contract_name_of(source_name, table_name) %}
    {%- if not execute -%}{{ return(table_name) }}{%- endif -%}
    {%- set is_own = source_name == 'landing' or raw_table(source_name, table_name).config.meta.get('maps_to') -%}
    {{- return(contract_table(source_name, table_name).name if is_own else source_name ~ '.' ~ table_name) -}}
{% endmacro %}
