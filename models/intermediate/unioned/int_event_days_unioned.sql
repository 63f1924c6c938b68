{#
    Grain: raw table (source.table) x day. How many accepted rows are dated on the day, for every table whose rows
    are events, and, without a day, that there are rows which were not accepted, with an example; some of the tables set the as-of date.
    The only place that lists which tables are dated by what.
#}
{%- set dated = {
    'orders': 'ordered_at', 'refunds': 'refunded_at', 'payments': 'paid_at', 'interactions': 'occurred_at',
    'web_events': 'occurred_at', 'tickets': 'opened_at', 'survey_responses': 'responded_at',
    'consents': 'given_at', 'opportunities': 'opened_at', 'quotes': 'quoted_at', 'campaign_touches': 'sent_at',
    'referrals': 'referred_at', 'loyalty_entries': 'entry_at', 'actions_done': 'done_at',
    'privacy_requests': 'requested_at',
} -%}
{%- set sets_as_of_date = [
    'orders', 'refunds', 'payments', 'interactions', 'web_events', 'tickets', 'survey_responses',
] -%}
{% for table_name, column_name in dated.items() %}
select
    raw_table,
    cast(case when decided_fate = 'accepted' then {{ column_name }} end as date) as event_date,
    {{ 'true' if table_name in sets_as_of_date else 'false' }} as sets_as_of_date,
    {{ 'true' if table_name in ('orders', 'refunds') else 'false' }} as is_money_converted,
    cast(count(case when decided_fate = 'accepted' then 1 end) as bigint) as accepted_rows,
    min(case when decided_fate = 'rejected' then concat(_file, ' line ', cast(_line as {{ dbt.type_string() }}), ' breaks ', decided_codes) end)
        as rejected_example
from {{ recorded(table_name) }} as recorded
group by raw_table, cast(case when decided_fate = 'accepted' then {{ column_name }} end as date)
{{ 'union all' if not loop.last }}
{%- endfor %}
