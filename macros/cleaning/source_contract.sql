{#
    What the source YAML says of one raw table, for `standardize_columns` and `validate_records`: the contract columns with
    their types, its key, and the SQL text that feeds each column. A table of a source system has the columns of the landing
    table that it maps to (meta.maps_to), so that nothing downstream knows the difference.

    into        which landing table, where a file of several tables feeds more than one
    derived     {contract column: SQL text over the raw columns} where renaming is not enough
    extra       {name: SQL text} that only the model's own rules need
    claims      condition on the raw columns: the rows of such a file that are records of this table
#}
{% macro source_contract(source_name, table_name, derived={}, extra={}, into=none, claims=none) %}
    {%- set contract = {
        'source_name': source_name, 'table_name': table_name, 'contract_name': table_name, 'columns': [], 'feeds': {},
        'extra': extra, 'claims': claims, 'key': [], 'is_versioned': false, 'dates': [],
    } -%}
    {#- While dbt parses there is no graph yet. -#}
    {%- if execute -%}
        {%- set raw = raw_table(source_name, table_name) -%}
        {%- set maps_to = into or raw.config.meta.get('maps_to') -%}
        {%- set target = raw_table('landing', maps_to) if maps_to else raw -%}
        {%- set is_own = source_name == 'landing' or maps_to -%}
        {%- do contract.update({
            'contract_name': target.name if is_own else source_name ~ '.' ~ table_name,
            'columns': target.columns.values() | list,
            'feeds': feeding_texts(raw, target, derived),
            'key': target.config.meta.key,
            'is_versioned': target.config.meta.get('is_versioned', false),
            'dates': dates_of(raw, target.name),
        }) -%}
    {%- endif -%}
    {{ return(contract) }}
{% endmacro %}

{% macro raw_table(source_name, table_name) %}
    {{ return(graph.sources['source.' ~ project_name ~ '.' ~ source_name ~ '.' ~ table_name]) }}
{% endmacro %}

{# Contract columns that a raw table feeds from fields that its source keeps as dates (meta.is_date). #}
{% macro dates_of(raw, contract_name) %}
    {%- set names = [] -%}
    {%- for column in raw.columns.values() if column.config.meta.get('is_date') -%}
        {%- do names.append(column.config.meta.get('feeds', mapped_name(raw, column, contract_name))) -%}
    {%- endfor -%}
    {{ return(names) }}
{% endmacro %}

{# The contract column that a raw column feeds: its meta.maps_to, by landing table where it feeds several, else its own name. #}
{% macro mapped_name(raw, column, contract_name) %}
    {%- if not raw.config.meta.get('maps_to') -%}{{ return(column.name) }}{%- endif -%}
    {%- set maps_to = column.config.meta.get('maps_to') -%}
    {{ return(maps_to.get(contract_name) if maps_to is mapping else maps_to) }}
{% endmacro %}

{#
    Contract column -> SQL text that feeds it: what the model derives, else the raw columns that say meta.maps_to, the first
    that is filled, else the raw column of the same name.
#}
{% macro feeding_texts(raw, target_table, derived) %}
    {%- set contract_columns = target_table.columns -%}
    {%- set place = raw.source_name ~ '.' ~ raw.name -%}
    {%- set prefix = raw.source_meta.get('ref_prefix') -%}
    {%- set mapped = {} -%}
    {%- for column in raw.columns.values() -%}
        {%- set target = mapped_name(raw, column, target_table.name) -%}
        {%- if target and target not in contract_columns -%}
            {{ exceptions.raise_compiler_error(place ~ '.' ~ column.name ~ ' maps to ' ~ target ~ ', which the contract does not have') }}
        {%- endif -%}
        {%- if target -%}
            {%- set is_prefixed = prefix and contract_columns[target].data_type == 'ref' -%}
            {%- set text = 'replace(' ~ column.name ~ ', ' ~ sql_literal(prefix) ~ ", '')" if is_prefixed else column.name -%}
            {%- do mapped.setdefault(target, []).append(trimmed(text)) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- for name in derived -%}
        {%- if name not in contract_columns -%}
            {{ exceptions.raise_compiler_error(place ~ ' derives ' ~ name ~ ', which the contract does not have') }}
        {%- elif contract_columns[name].data_type == 'phone' and not raw.columns.values() | selectattr('config.meta.may_hold', 'equalto', 'phone') | list -%}
            {#- Telephone numbers are looked up, by texts that landing has seen: it must know where they stand. -#}
            {{ exceptions.raise_compiler_error(place ~ ' derives ' ~ name ~ ': say may_hold: phone in the meta of the columns that it is made of') }}
        {%- endif -%}
    {%- endfor -%}
    {%- set texts = {} -%}
    {%- for name in contract_columns if name in derived or name in mapped -%}
        {%- set feeds = mapped.get(name, []) -%}
        {%- do texts.update({name: derived[name] if name in derived else feeds[0] if feeds | length == 1 else 'coalesce(' ~ feeds | join(', ') ~ ')'}) -%}
    {%- endfor -%}
    {{ return(texts) }}
{% endmacro %}
