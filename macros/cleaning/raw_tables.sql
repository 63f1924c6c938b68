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
    Those that have rows in this build, and the landing tables. What a folder does not hold is staged as an empty table and
    left out of unions: planning its expressions takes longer than all else that a small build does. All of them wherever
    nothing is built, so that every ref is known and `dbt compile` shows the whole.
#}
{% macro raw_tables_with_rows() %}
    {%- set triples = [] -%}
    {%- for triple in raw_tables() if triple[0] == 'landing' or holds_rows(triple[0], triple[1]) -%}{%- do triples.append(triple) -%}{%- endfor -%}
    {{ return(triples) }}
{% endmacro %}

{% macro holds_rows(source_name, table_name) %}
    {%- if not execute or flags.WHICH not in ('build', 'run') -%}{{ return(true) }}{%- endif -%}
    {%- if 'tables_with_rows' not in graph -%}
        {%- set landed = [] -%}
        {%- for row in run_query('select distinct source_name, source_table from ' ~ source('grading', 'files') ~ ' where record_count > 0') -%}
            {%- do landed.append(row[0] ~ '.' ~ row[1]) -%}
        {%- endfor -%}
        {%- do graph.update({'tables_with_rows': landed}) -%}
    {%- endif -%}
    {{ return(source_name ~ '.' ~ table_name in graph.tables_with_rows) }}
{% endmacro %}

{# The accepted rows of every raw table that maps to a landing table, each with its raw table: a relation to select from. #}
{% macro accepted(contract_name) -%}
    (
        {%- set found = raw_tables_with_rows() | selectattr(2, 'equalto', contract_name) | list -%}
        {%- for source_name, table_name, maps_to in found %}
        select '{{ source_name }}.{{ table_name }}' as raw_table, staged.*
        from {{ ref('stg_' ~ source_name ~ '__' ~ table_name) }} as staged
        where fate = 'accepted'
        {{- ' union all' if not loop.last }}
        {%- endfor %}
    )
{%- endmacro %}
