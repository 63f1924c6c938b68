{#
    Grain: horizon x customer kind x order of the buyers at its start: ours beside naive ones and the perfect one. Of customer lifetime
    value also what was expected, scaled to the horizon, and what came.
#}
with predicted as (
    select
        horizon_days,
        customer_kind,
        avg(cast(clv_amount as double) * horizon_days / 365) as mean_expected_amount,
        avg(cast(later_net_amount as double)) as mean_later_amount,
        avg(abs(cast(clv_amount as double) * horizon_days / 365 - cast(later_net_amount as double))) as mean_absolute_error_amount,
        avg(cast(expected_purchase_days as double) * horizon_days / 365) as mean_expected_purchase_days,
        avg(cast(later_purchase_days as double)) as mean_later_purchase_days,
        {# The interval is of a year, and of net sales where these are the basis of value. #}
        avg(case
            when horizon_days = 365 and value_basis = 'net_amount'
                then cast(case when later_net_amount between clv_low_amount and clv_high_amount then 1 else 0 end as double)
        end) as interval_coverage_share
    from {{ ref('int_outcomes_observed') }}
    where lifecycle_stage <> 'prospect' and clv_amount is not null
    group by horizon_days, customer_kind
)

select
    orders.horizon_days,
    orders.period_start,
    orders.customer_kind,
    orders.order_code,
    orders.customer_count,
    orders.returned_count,
    orders.later_net_amount,
    cast(orders.capture_share as decimal(9, 6)) as capture_share,
    cast(orders.gini / nullif(perfect.gini, 0) as decimal(9, 6)) as normalised_gini,
    cast(orders.auc_returned as decimal(9, 6)) as auc_returned,
    cast(case when orders.order_code = 'clv_amount' then predicted.mean_expected_amount end as decimal(18, 2)) as mean_expected_amount,
    cast(case when orders.order_code = 'clv_amount' then predicted.mean_later_amount end as decimal(18, 2)) as mean_later_amount,
    cast(case when orders.order_code = 'clv_amount' then predicted.mean_absolute_error_amount end as decimal(18, 2)) as mean_absolute_error_amount,
    cast(case when orders.order_code = 'expected_purchases' then predicted.mean_expected_purchase_days end as decimal(12, 4)) as mean_expected_purchase_days,
    cast(case when orders.order_code = 'expected_purchases' then predicted.mean_later_purchase_days end as decimal(12, 4)) as mean_later_purchase_days,
    cast(case when orders.order_code = 'clv_amount' then predicted.interval_coverage_share end as decimal(9, 6)) as interval_coverage_share
from {{ ref('int_orders_compared') }} as orders
inner join {{ ref('int_orders_compared') }} as perfect
    on orders.horizon_days = perfect.horizon_days
    and orders.customer_kind = perfect.customer_kind
    and perfect.order_code = 'perfect'
left join predicted
    on orders.horizon_days = predicted.horizon_days and orders.customer_kind = predicted.customer_kind
