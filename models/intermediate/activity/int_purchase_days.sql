{#
    Grain: customer x day with a purchase or a refund, resolved from source records, with the days since the purchase day
    before it (NULL on the first, and on days with refunds only). Where purchases were undone by refunds, the days between
    depend on the date from which one looks, and are counted there.
#}
with resolved as (
    select
        records.customer_key,
        days.activity_date,
        cast(sum(days.order_count) as integer) as order_count,
        cast(sum(days.undone_order_count) as integer) as undone_order_count,
        cast(sum(days.discounted_order_count) as integer) as discounted_order_count,
        cast(sum(days.self_service_order_count) as integer) as self_service_order_count,
        cast(sum(days.channel_order_count) as integer) as channel_order_count,
        max(days.stands_until) as stands_until,
        cast(sum(days.gross_amount) as decimal(18, 4)) as gross_amount,
        cast(sum(days.refunded_amount) as decimal(18, 4)) as refunded_amount,
        cast(sum(days.costed_gross_amount) as decimal(18, 4)) as costed_gross_amount,
        cast(sum(days.costed_net_amount) as decimal(18, 4)) as costed_net_amount,
        cast(sum(days.margin_amount) as decimal(18, 4)) as margin_amount,
        cast(sum(days.selling_cost_amount) as decimal(18, 4)) as selling_cost_amount
    from {{ ref('int_customer_days') }} as days
    inner join {{ ref('int_records_resolved') }} as records on days.record_key = records.record_key
    group by records.customer_key, days.activity_date
)

select
    resolved.*,
    case
        when resolved.order_count > 0
            then {{ days_between(
                'lag(resolved.activity_date) over (partition by resolved.customer_key, resolved.order_count > 0 order by resolved.activity_date)',
                'resolved.activity_date'
            ) }}
    end as gap_days
from resolved
