{{ config(materialized='view') }}
{# Grain: one accepted order that is not pending, less what was refunded of it up to the as-of date. #}
with refunded as (
    select
        order_source_system,
        order_ref,
        cast(sum(refunded_amount) as decimal(18, 4)) as refunded_amount
    from {{ ref('int_refunds_applied') }}
    where has_order and not is_pending
    group by order_source_system, order_ref
)

select
    orders.*,
    coalesce(refunded.refunded_amount, cast(0 as decimal(18, 4))) as refunded_amount,
    cast(orders.gross_amount - coalesce(refunded.refunded_amount, 0) as decimal(18, 4)) as net_amount
from {{ ref('int_orders_converted') }} as orders
left join refunded
    on orders.source_system = refunded.order_source_system and orders.order_ref = refunded.order_ref
where not orders.is_pending
