{#
    Grain: one accepted refund with its currency: its own, else its order's, else its customer's on that day, else the
    default of its source, else NULL (the reporting currency). A refund of a known order is
    its order's customer's, or nobody's.
#}
select
    refunds.raw_table,
    refunds.source_system,
    refunds.refund_ref,
    coalesce(refunds.kind, 'refund') as refund_kind,
    refunds.refunded_at,
    refunds.refund_date,
    refunds.amount as original_amount,
    orders.order_ref is not null as has_order,
    refunds.order_source_system,
    refunds.order_ref,
    case when orders.order_ref is not null then orders.record_key else refunds.record_key end as record_key,
    coalesce(refunds.currency, orders.stated_currency, customers.currency, settings.currency) as currency
from {{ ref('int_refunds_unioned') }} as refunds
left join {{ ref('int_orders_valued') }} as orders
    on refunds.order_source_system = orders.source_system and refunds.order_ref = orders.order_ref
{{ currency_look_ups('refunds', 'refunds.currency', 'refunds.refund_date') }}
where refunds.record_status = 'accepted'
