{#
    Grain: source x raw table. How many accepted records wait: dated after the as-of date, or money without a rate. A
    line waits with its order.
#}
with later as (
    select days.source_table, cast(sum(days.accepted_rows) as bigint) as waiting_rows
    from {{ ref('int_event_days_unioned') }} as days
    inner join {{ ref('int_run_settings') }} as settings on days.event_date > settings.as_of_date
    where days.source_table not in ('orders', 'refunds')
    group by days.source_table
),

counted as (
    select source_table, waiting_rows from later
    union all
    select 'orders', cast(count(*) as bigint) from {{ ref('int_orders_converted') }} where is_waiting
    union all
    select 'refunds', cast(count(*) as bigint) from {{ ref('int_refunds_applied') }} where is_waiting
    union all
    select 'order_lines', cast(count(*) as bigint)
    from {{ ref('int_order_lines_valued') }} as lines
    inner join {{ ref('int_orders_converted') }} as orders
        on lines.order_source_system = orders.source_system and lines.order_ref = orders.order_ref
    where orders.is_waiting
)

select 'landing' as source_name, source_table, waiting_rows
from counted
