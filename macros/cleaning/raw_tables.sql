{#
    Every raw table there is, as {source: {table: landing table it maps to}}: the one list that the ledger and the unions
    walk through. A table that maps to none is reconciled and read by other staging models only. Names only, since refs
    must be known before the graph is.
#}
{% macro raw_tables_by_source() %}
    {{ return({
        'landing': {
            'customers': 'customers', 'contacts': 'contacts', 'identifiers': 'identifiers', 'consents': 'consents',
            'orders': 'orders', 'order_lines': 'order_lines', 'refunds': 'refunds', 'receivables': 'receivables',
            'payments': 'payments', 'products': 'products', 'opportunities': 'opportunities', 'quotes': 'quotes',
            'interactions': 'interactions', 'web_events': 'web_events', 'tickets': 'tickets',
            'survey_responses': 'survey_responses', 'campaigns': 'campaigns', 'campaign_touches': 'campaign_touches',
            'referrals': 'referrals', 'loyalty_entries': 'loyalty_entries', 'staff': 'staff',
            'actions_done': 'actions_done', 'exchange_rates': 'exchange_rates', 'privacy_requests': 'privacy_requests',
        },
        'zoho_crm': {
            'account': 'customers', 'contact': 'contacts', 'lead': 'customers', 'deal': 'opportunities',
            'quote': 'quotes', 'sales_order': 'orders', 'sales_order_line': 'order_lines', 'invoice': 'receivables',
            'product': 'products', 'case': 'tickets', 'call': 'interactions', 'event': 'interactions',
            'campaign': 'campaigns',
        },
        'fxiaoke': {
            'account': 'customers', 'contact': 'contacts', 'leads': 'customers', 'new_opportunity': 'opportunities',
            'quote': 'quotes', 'sales_order': 'orders', 'sales_order_product': 'order_lines', 'payment': none,
            'order_payment': 'payments', 'payment_plan': 'receivables', 'refund': 'refunds',
            'returned_goods_invoice': 'refunds', 'product': 'products', 'cases': 'tickets',
            'active_record': 'interactions', 'marketing_event': 'campaigns',
            'member_integral_detail': 'loyalty_entries', 'member_growth_value_detail': 'loyalty_entries',
            'member': 'identifiers', 'checkins': 'interactions', 'personnel': 'staff',
        },
        'ga4': {
            'events': 'web_events',
        },
    }) }}
{% endmacro %}

{# The same as [source, table, landing table] triples. #}
{% macro raw_tables() %}
    {%- set triples = [] -%}
    {%- for source_name, tables in raw_tables_by_source().items() -%}
        {%- for table_name, maps_to in tables.items() -%}{%- do triples.append([source_name, table_name, maps_to]) -%}{%- endfor -%}
    {%- endfor -%}
    {{ return(triples) }}
{% endmacro %}

{#
    Those of them, or of those that map to one landing table, that have rows in this build; the first one where none has.
    What a folder does not hold is staged as an empty table and left out of unions: planning its expressions takes longer
    than all else that a small build does. All of them wherever nothing is built, so that every ref is known and
    `dbt compile` shows the whole.
#}
{% macro raw_tables_with_rows(contract_name=none) %}
    {%- set candidates = raw_tables() | selectattr(2, 'equalto', contract_name) | list if contract_name else raw_tables() -%}
    {%- set found = [] -%}
    {%- for triple in candidates if holds_rows(triple[0], triple[1]) -%}{%- do found.append(triple) -%}{%- endfor -%}
    {{ return(found or candidates[:1]) }}
{% endmacro %}

{% macro holds_rows(source_name, table_name) %}
    {{ return(holds_values(source_name, table_name, '_line')) }}
{% endmacro %}

{#
    Whether any landed record has something in a column of a raw table; true wherever nothing is built. A column that no
    file fills is staged as NULL without the expressions that would clean it.
#}
{% macro holds_values(source_name, table_name, column_name) %}
    {%- if not is_building() -%}{{ return(true) }}{%- endif -%}
    {%- if 'filled_columns' not in graph -%}
        {%- set filled = {} -%}
        {%- for row in run_query('select source_name, source_table, column_name from ' ~ source('grading', 'filled_columns')) -%}
            {%- do filled.update({(row[0], row[1], row[2]): true}) -%}
        {%- endfor -%}
        {%- do graph.update({'filled_columns': filled}) -%}
    {%- endif -%}
    {{ return((source_name, table_name, column_name) in graph.filled_columns) }}
{% endmacro %}

{#
    Whether a form of text that needs expressions of its own can occur in a raw table: `date_order` and `decimal_mark`
    where the settings of some source say how to read 03/04/2025 or 1.234,56, `spreadsheet` where a landed file holds serials
    of days. True wherever nothing is built.
#}
{% macro form_occurs(form, source_name=none, table_name=none) %}
    {%- if not is_building() -%}{{ return(true) }}{%- endif -%}
    {%- if 'workbooks' not in graph -%}
        {%- set workbooks = {} -%}
        {%- for row in run_query("select distinct source_name, source_table from " ~ source('grading', 'files') ~ " where lower(file) like '%.xlsx'") -%}
            {%- do workbooks.update({(row[0], row[1]): true}) -%}
        {%- endfor -%}
        {%- do graph.update({'workbooks': workbooks}) -%}
    {%- endif -%}
    {%- if form == 'spreadsheet' -%}{{ return((source_name, table_name) in graph.workbooks) }}{%- endif -%}
    {{ return(settings_of_sources() | map(attribute=form) | select | list | length > 0) }}
{% endmacro %}

{#
    The time zone of a raw table's text, as a SQL literal, where no record can be of another source system and no source has
    a convention of its own, as nearly everywhere: then no record need be joined to its settings. None wherever that is not
    known, and wherever nothing is built.
#}
{% macro known_time_zone(table) %}
    {%- if not is_building() or 'source_system' in table.feeds or form_occurs('date_order') or form_occurs('decimal_mark') -%}{{ return(none) }}{%- endif -%}
    {%- set zones = settings_of_sources() | selectattr('source_system', 'equalto', table.source_name) | map(attribute='time_zone') | select | list -%}
    {{ return(sql_literal((zones or [var('business_time_zone')])[0])) }}
{% endmacro %}

{# The rows of the seed `source_settings`, asked once. #}
{% macro settings_of_sources() %}
    {%- if 'settings_of_sources' not in graph -%}
        {%- set settings = [] -%}
        {%- for row in run_query('select source_system, time_zone, date_order, decimal_mark from ' ~ ref('source_settings')) -%}
            {%- do settings.append({'source_system': row[0], 'time_zone': row[1], 'date_order': row[2], 'decimal_mark': row[3]}) -%}
        {%- endfor -%}
        {%- do graph.update({'settings_of_sources': settings}) -%}
    {%- endif -%}
    {{ return(graph.settings_of_sources) }}
{% endmacro %}

{# Whether SQL is written for a build, which knows its input. Whatever else writes SQL shows all of it. #}
{% macro is_building() %}
    {{ return(execute and flags.WHICH in ('build', 'run')) }}
{% endmacro %}

{#
    The rows of one raw table with their fate after keys were decided over all raw tables of the contract: decided_fate and
    decided_codes beside what staging said.
#}
{% macro decided(source_name, table_name, contract_name) -%}
    {%- set is_alone = raw_tables() | selectattr(2, 'equalto', contract_name) | list | length < 2 or not contract_name -%}
    {%- if is_alone or raw_tables_with_rows(contract_name) | length < 2 -%}
    (select staged.*, staged.fate as decided_fate, staged.rule_codes as decided_codes from {{ ref('stg_' ~ source_name ~ '__' ~ table_name) }} as staged)
    {%- if not is_alone -%}{%- do ref('stg_keys__' ~ contract_name) -%}{%- endif -%}
    {%- else -%}
    (
        select
            staged.*,
            coalesce(keys.fate, staged.fate) as decided_fate,
            case when keys.fate is not null then keys.rule_codes else staged.rule_codes end as decided_codes
        from {{ ref('stg_' ~ source_name ~ '__' ~ table_name) }} as staged
        left join {{ ref('stg_keys__' ~ contract_name) }} as keys
            on keys.raw_table = '{{ source_name }}.{{ table_name }}'
            and staged._file = keys._file
            and staged._line = keys._line
    )
    {%- endif -%}
{%- endmacro %}

{# All rows of every raw table that maps to a landing table, each with its raw table: a relation to select from. #}
{% macro recorded(contract_name) -%}
    (
        {%- for source_name, table_name, _ in raw_tables_with_rows(contract_name) %}
        select '{{ source_name }}.{{ table_name }}' as raw_table, decided.*
        from {{ decided(source_name, table_name, contract_name) }} as decided
        {{- ' union all' if not loop.last }}
        {%- endfor %}
    )
{%- endmacro %}

{# The accepted ones of them. #}
{% macro accepted(contract_name) -%}
    (select * from {{ recorded(contract_name) }} as recorded where decided_fate = 'accepted')
{%- endmacro %}
