{# Grain: one accepted order that is not pending. Money is 0 where is_purchase is false. #}
select
    {{ published_system('orders.source_system') }} as source_system,
    {{ published_ref('orders.source_system', 'orders.order_ref') }} as order_ref,
    {{ customer_id('records.customer_key') }} as customer_id,
    orders.ordered_at,
    orders.order_date,
    orders.status_class,
    orders.order_type,
    {{ published_word('orders.channel', 'order_channel') }} as channel,
    orders.is_purchase,
    orders.differs_from_lines,
    orders.gross_amount,
    orders.refunded_amount,
    orders.net_amount,
    case
        when orders.is_purchase then cast(orders.net_amount - orders.cost_amount as decimal(18, 4))
    end as margin_amount,
    orders.original_currency,
    case when orders.is_purchase then orders.original_amount else cast(0 as decimal(18, 4)) end as gross_original_amount,
    orders.exchange_rate
from {{ ref('int_orders_netted') }} as orders
left join {{ ref('int_records_resolved') }} as records on orders.record_key = records.record_key
{{ join_word('orders.channel', 'order_channel') }}
