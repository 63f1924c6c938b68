{#
    Grain: one accepted ticket. A ticket about a known order is its order's customer's. The currency of what is claimed is its own,
    else its order's, else its customer's on that day, else the default of its source, else NULL (the reporting currency).
#}
select
    tickets.raw_table,
    tickets.source_system,
    tickets.ticket_ref,
    case when orders.order_ref is not null then tickets.order_source_system end as order_source_system,
    orders.order_ref,
    tickets.product_ref,
    coalesce(orders.record_key, tickets.record_key) as record_key,
    tickets.opened_date,
    tickets.opened_at,
    tickets.first_response_at,
    tickets.resolved_at,
    cast(tickets.resolved_at as date) as resolved_date,
    coalesce(tickets.category, 'unknown') as category,
    tickets.severity,
    coalesce(tickets.responsibility, 'unknown') as responsibility,
    tickets.satisfaction_score,
    tickets.claimed_amount as original_amount,
    coalesce(tickets.currency, orders.stated_currency, customers.currency, settings.currency) as currency
from {{ ref('int_tickets_unioned') }} as tickets
left join {{ ref('int_orders_valued') }} as orders
    on tickets.order_source_system = orders.source_system and tickets.order_ref = orders.order_ref
{{ currency_look_ups('tickets', 'coalesce(tickets.currency, orders.stated_currency)', 'tickets.opened_date') }}
where tickets.record_status = 'accepted'
