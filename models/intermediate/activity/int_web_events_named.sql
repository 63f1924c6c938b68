{#
    Grain: session x visitor x customer that an event of it names up to the as-of date, with analytics consent: the user who
    signed in, or the buyer of an order whose number the shop gave to the page.
#}
with named as (
    select session_key, visitor_key, occurred_at, record_key
    from {{ ref('int_web_events') }}
    where record_key is not null
    union all
    select events.session_key, events.visitor_key, events.occurred_at, orders.record_key
    from {{ ref('int_web_events') }} as events
    inner join {{ ref('int_orders_valued') }} as orders
        on events.order_source_system = orders.source_system and events.order_ref = orders.order_ref
)

select distinct named.session_key, named.visitor_key, records.customer_key
from named
inner join {{ ref('int_run_settings') }} as settings on cast(named.occurred_at as date) <= settings.as_of_date
inner join {{ ref('int_records_resolved') }} as records
    on named.record_key = records.record_key and settings.as_of_date >= records.exists_from
