{#
    Grain: customer x day with a purchase or a refund, resolved from source records, with the days since the purchase
    day before it (NULL on the first, and on days with refunds only).
#}
with resolved as (
    select
        records.customer_key,
        days.activity_date,
        cast(sum(days.order_count) as integer) as order_count,
        cast(sum(days.gross_amount) as decimal(18, 4)) as gross_amount,
        cast(sum(days.refunded_amount) as decimal(18, 4)) as refunded_amount,
        cast(sum(days.costed_gross_amount) as decimal(18, 4)) as costed_gross_amount,
        cast(sum(days.margin_amount) as decimal(18, 4)) as margin_amount
    from {{ ref('int_customer_days') }} as days
    inner join {{ ref('int_records_resolved') }} as records on days.record_key = records.record_key
    group by records.customer_key, days.activity_date
)

select
    resolved.*,
    case
        when order_count > 0
            then {{ days_between(
                'lag(activity_date) over (partition by customer_key, order_count > 0 order by activity_date)',
                'activity_date'
            ) }}
    end as gap_days
from resolved
