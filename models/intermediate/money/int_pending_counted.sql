{#
    Grain: raw table (source.table) x landing table that it feeds. How many accepted records are pending: dated after
    the as-of date, or money without a rate. A line is pending with its order.
#}
with events as (
    select days.raw_table, days.contract_table, cast(sum(days.accepted_rows) as bigint) as pending_rows
    from {{ ref('int_event_days') }} as days
    inner join {{ ref('int_run_settings') }} as settings on days.event_date > settings.as_of_date
    where not days.is_money_converted
    group by days.raw_table, days.contract_table
)

select raw_table, contract_table, pending_rows from events
union all
select raw_table, 'orders', cast(count(*) as bigint) from {{ ref('int_orders_converted') }}
where is_pending
group by raw_table
union all
select raw_table, 'refunds', cast(count(*) as bigint) from {{ ref('int_refunds_applied') }}
where is_pending
group by raw_table
union all
select lines.raw_table, 'order_lines', cast(count(*) as bigint)
from {{ ref('int_order_lines_valued') }} as lines
inner join {{ ref('int_orders_converted') }} as orders
    on lines.order_source_system = orders.source_system and lines.order_ref = orders.order_ref
where orders.is_pending
group by lines.raw_table
{%- for entity, converted in {
    'receivables': 'int_receivables_converted', 'payments': 'int_payments_converted', 'tickets': 'int_tickets_converted',
}.items() %}
union all
select raw_table, '{{ entity }}', cast(count(*) as bigint) from {{ ref(converted) }}
where is_pending and raw_table is not null
group by raw_table
{%- endfor %}
union all
select raw_table, case when entity = 'quote' then 'quotes' else 'opportunities' end, cast(count(*) as bigint)
from {{ ref('int_pipeline_converted') }}
where is_pending
group by raw_table, entity
