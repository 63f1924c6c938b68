{#
    Grain: customer record x day with a purchase or a refund. All money of a customer, summed once; everything that is
    measured per customer reads this. Kept per source record and resolved on read, so that linking records changes none
    of it. Margin counts orders whose cost is known; a refund lowers it and the cost stays, since the goods are gone.
    A wholly refunded order is undone on the day of the refund that leaves nothing of it: it is counted there again, with
    `undone_order_count`, and the day of its purchase stands until the last of its orders is undone (`stands_until`).
#}
{%- set zero = 'cast(0 as decimal(18, 4))' -%}
with undone as (
    select order_source_system, order_ref, effective_date as undone_date
    from {{ ref('int_refunds_applied') }}
    where undoes_order
),

movements as (
    select
        orders.record_key,
        orders.order_date as activity_date,
        1 as order_count,
        0 as undone_order_count,
        case when orders.is_discounted then 1 else 0 end as discounted_order_count,
        case when orders.is_self_service then 1 else 0 end as self_service_order_count,
        case when orders.is_self_service is not null then 1 else 0 end as channel_order_count,
        coalesce(undone.undone_date, date '9999-12-31') as stands_until,
        orders.gross_amount,
        {{ zero }} as refunded_amount,
        case when orders.cost_amount is not null then orders.gross_amount else {{ zero }} end as costed_gross_amount,
        case when orders.cost_amount is not null then orders.gross_amount else {{ zero }} end as costed_net_amount,
        case
            when orders.cost_amount is not null then cast(orders.gross_amount - orders.cost_amount as decimal(18, 4))
            else {{ zero }}
        end as margin_amount,
        coalesce(orders.selling_cost_amount, {{ zero }}) as selling_cost_amount
    from {{ ref('int_orders_converted') }} as orders
    left join undone
        on orders.source_system = undone.order_source_system and orders.order_ref = undone.order_ref
    where orders.is_purchase and orders.record_key is not null
    union all
    select
        record_key,
        effective_date,
        0,
        case when undoes_order then 1 else 0 end,
        0,
        0,
        0,
        cast(null as date),
        {{ zero }},
        refunded_amount,
        {{ zero }},
        case when is_costed then cast(-refunded_amount as decimal(18, 4)) else {{ zero }} end,
        case when is_costed then cast(-refunded_amount as decimal(18, 4)) else {{ zero }} end,
        {{ zero }}
    from {{ ref('int_refunds_applied') }}
    where refunded_amount > 0 and record_key is not null
)

select
    record_key,
    activity_date,
    cast(sum(order_count) as integer) as order_count,
    cast(sum(undone_order_count) as integer) as undone_order_count,
    cast(sum(discounted_order_count) as integer) as discounted_order_count,
    cast(sum(self_service_order_count) as integer) as self_service_order_count,
    cast(sum(channel_order_count) as integer) as channel_order_count,
    max(stands_until) as stands_until,
    cast(sum(gross_amount) as decimal(18, 4)) as gross_amount,
    cast(sum(refunded_amount) as decimal(18, 4)) as refunded_amount,
    cast(sum(costed_gross_amount) as decimal(18, 4)) as costed_gross_amount,
    cast(sum(costed_net_amount) as decimal(18, 4)) as costed_net_amount,
    cast(sum(margin_amount) as decimal(18, 4)) as margin_amount,
    cast(sum(selling_cost_amount) as decimal(18, 4)) as selling_cost_amount
from movements
group by record_key, activity_date
