{#
    Grain: customer record x day with a purchase or a refund. All money of a customer, summed once; everything that is
    measured per customer reads this. Kept per source record and resolved on read, so that linking records changes none
    of it. Margin counts orders whose cost is known; a refund lowers it and the cost stays, since the goods are gone.
#}
with movements as (
    select
        record_key,
        order_date as activity_date,
        1 as order_count,
        gross_amount,
        cast(0 as decimal(18, 4)) as refunded_amount,
        case when cost_amount is not null then gross_amount else cast(0 as decimal(18, 4)) end as costed_gross_amount,
        case
            when cost_amount is not null then cast(gross_amount - cost_amount as decimal(18, 4))
            else cast(0 as decimal(18, 4))
        end as margin_amount
    from {{ ref('int_orders_converted') }}
    where is_purchase and record_key is not null
    union all
    select
        record_key,
        effective_date,
        0,
        cast(0 as decimal(18, 4)),
        refunded_amount,
        cast(0 as decimal(18, 4)),
        case when is_costed then cast(-refunded_amount as decimal(18, 4)) else cast(0 as decimal(18, 4)) end
    from {{ ref('int_refunds_applied') }}
    where refunded_amount > 0 and record_key is not null
)

select
    record_key,
    activity_date,
    cast(sum(order_count) as integer) as order_count,
    cast(sum(gross_amount) as decimal(18, 4)) as gross_amount,
    cast(sum(refunded_amount) as decimal(18, 4)) as refunded_amount,
    cast(sum(costed_gross_amount) as decimal(18, 4)) as costed_gross_amount,
    cast(sum(margin_amount) as decimal(18, 4)) as margin_amount
from movements
group by record_key, activity_date
