{#
    Grain: raw table x entity x day x record status for accepted records that break no rule, with their number; each
    other record by itself, with its place, its key, the rules it breaks and the texts that break them. The ledger, the
    rejected records, the counts of rules and the days of events all read it: the one place that lists the entities, and
    which are dated by what.
#}
{%- set event_dates = {
    'actions_done': 'done_at', 'campaign_touches': 'sent_at', 'campaigns': none, 'consents': 'given_at', 'contacts': none,
    'customer_flags': none, 'customers': none, 'exchange_rates': none, 'identifiers': none, 'interactions': 'occurred_at',
    'loyalty_entries': 'entry_at', 'opportunities': 'opened_at', 'order_lines': none, 'orders': 'ordered_at',
    'payment_transfers': none, 'payments': 'paid_at', 'privacy_requests': 'requested_at', 'products': none,
    'quotes': 'quoted_at', 'receivables': none, 'referrals': 'referred_at', 'refunds': 'refunded_at', 'staff': none,
    'survey_responses': 'responded_at', 'tickets': 'opened_at', 'web_events': 'occurred_at',
} -%}
{%- set text = dbt.type_string() -%}
{% for entity, dated_by in event_dates.items() %}
{%- set records = ref('int_' ~ entity ~ '_unioned') %}
{%- set event_date = 'cast(' ~ dated_by ~ ' as date)' if dated_by else 'cast(null as date)' %}
{%- set contract = source_contract('landing', {'payment_transfers': 'payments'}.get(entity, entity)) %}
select
    raw_table,
    '{{ contract.contract_name }}' as contract_table,
    {{ 'true' if dated_by else 'false' }} as is_event,
    {{ event_date }} as event_date,
    record_status,
    rule_codes,
    cast(null as {{ text }}) as rule_breaks,
    cast(null as {{ text }}) as _file,
    cast(null as bigint) as _line,
    cast(null as {{ text }}) as record_key_text,
    cast(null as {{ text }}) as row_text,
    cast(count(*) as bigint) as row_count
from {{ records }}
where record_status = 'accepted' and rule_codes is null
group by raw_table, {{ event_date }}, record_status, rule_codes
union all
select
    raw_table,
    '{{ contract.contract_name }}',
    {{ 'true' if dated_by else 'false' }},
    {{ event_date }},
    record_status,
    rule_codes,
    rule_breaks,
    _file,
    _line,
    concat_ws('|', source_system{% for column in contract.key %}, coalesce(cast({{ column }} as {{ text }}), ''){% endfor %}),
    case when record_status = 'rejected' then {{ row_as_json('records') }} end,
    cast(1 as bigint)
from {{ records }} as records
where record_status <> 'accepted' or rule_codes is not null
{{ 'union all' if not loop.last }}
{%- endfor %}
