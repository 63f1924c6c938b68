{#
    Grain: one visitor (a cookie) that is known to be one customer: by the user who signed in, or by an order whose number
    the shop gave to the page. A visitor who was two customers, a shared device, is linked to none.
#}
with named as (
    select events.visitor_key, events.record_key
    from {{ ref('int_web_events_unioned') }} as events
    where events.record_key is not null and events.visitor_key is not null
    union all
    select events.visitor_key, orders.record_key
    from {{ ref('int_web_events_unioned') }} as events
    inner join {{ ref('int_orders_unioned') }} as orders
        on events.order_source_system = orders.source_system and events.order_ref = orders.order_ref
    where events.visitor_key is not null
)

select
    named.visitor_key,
    min(records.customer_key) as customer_key
from named
inner join {{ ref('int_records_resolved') }} as records on named.record_key = records.record_key
group by named.visitor_key
having min(records.customer_key) = max(records.customer_key)
