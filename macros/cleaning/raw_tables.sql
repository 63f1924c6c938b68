{#
    Every raw table there is, as [source, table] pairs: the one list that the ledger models walk through. A new source
    adds its tables here; names only, since refs must be known before the graph is.
#}
{% macro raw_tables() %}
    {%- set tables = {
        'landing': [
            'customers', 'contacts', 'identifiers', 'consents', 'orders', 'order_lines', 'refunds', 'receivables',
            'payments', 'products', 'opportunities', 'quotes', 'interactions', 'web_events', 'tickets',
            'survey_responses', 'campaigns', 'campaign_touches', 'referrals', 'loyalty_entries', 'staff',
            'actions_done', 'exchange_rates', 'privacy_requests',
        ],
    } -%}
    {%- set pairs = [] -%}
    {%- for source_name, names in tables.items() -%}
        {%- for name in names -%}{%- do pairs.append([source_name, name]) -%}{%- endfor -%}
    {%- endfor -%}
    {{ return(pairs) }}
{% endmacro %}
