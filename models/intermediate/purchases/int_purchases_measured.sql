{#
    Grain: date due x criteria version x graded customer. Everything that purchases and refunds up to the date say:
    counts, money, recency, and the windows of the criteria in force. A customer who never bought has zeros and no
    dates; who has no purchase left that was not refunded, or nothing left of the money, is no buyer.
#}
{% set zero = 'cast(0 as decimal(18, 4))' -%}
with measured as (
    select
        customers.as_of_date,
        customers.criteria_version,
        customers.is_current,
        customers.customer_key,
        customers.customer_kind,
        coalesce(sums.purchase_days, 0) > 0
        and (sums.undone_purchases_count = 1 or sums.gross_amount > sums.refunded_amount or sums.refunded_amount = 0)
            as is_buyer,
        coalesce(sums.order_count, 0) as order_count,
        coalesce(sums.purchase_days, 0) as purchase_days,
        coalesce(sums.returned_date, returns.returned_date) as returned_date,
        sums.first_purchase_date,
        sums.last_purchase_date,
        sums.median_gap_days,
        sums.purchase_months,
        sums.first_day_amount,
        coalesce(sums.gross_amount, {{ zero }}) as gross_amount,
        coalesce(sums.refunded_amount, {{ zero }}) as refunded_amount,
        cast(coalesce(sums.gross_amount - sums.refunded_amount, 0) as decimal(18, 4)) as net_amount,
        coalesce(sums.costed_gross_amount, {{ zero }}) as costed_gross_amount,
        case when sums.costed_gross_amount > 0 then sums.margin_amount end as margin_amount,
        coalesce(sums.selling_cost_amount, {{ zero }}) as selling_cost_amount,
        coalesce(sums.net_amount_365d, {{ zero }}) as net_amount_365d,
        coalesce(sums.net_amount_prior_365d, {{ zero }}) as net_amount_prior_365d,
        coalesce(sums.net_amount_180d, {{ zero }}) as net_amount_180d,
        coalesce(sums.net_amount_prior_180d, {{ zero }}) as net_amount_prior_180d,
        coalesce(sums.gross_amount_365d, {{ zero }}) as gross_amount_365d,
        coalesce(sums.refunded_amount_365d, {{ zero }}) as refunded_amount_365d,
        coalesce(sums.order_count_365d, 0) as order_count_365d,
        coalesce(sums.rfm_purchase_days, 0) as rfm_purchase_days,
        coalesce(sums.rfm_order_count, 0) as rfm_order_count,
        coalesce(sums.rfm_discounted_order_count, 0) as rfm_discounted_order_count,
        coalesce(sums.rfm_self_service_order_count, 0) as rfm_self_service_order_count,
        coalesce(sums.rfm_channel_order_count, 0) as rfm_channel_order_count,
        coalesce(sums.rfm_net_amount, {{ zero }}) as rfm_net_amount,
        coalesce(sums.rfm_whole_net_amount, {{ zero }}) as rfm_whole_net_amount,
        coalesce(sums.has_tier_purchase, false) as has_tier_purchase,
        coalesce(sums.tier_net_amount, {{ zero }}) as tier_net_amount,
        coalesce(sums.tier_gross_amount, {{ zero }}) as tier_gross_amount,
        coalesce(sums.tier_costed_gross_amount, {{ zero }}) as tier_costed_gross_amount,
        coalesce(sums.tier_costed_net_amount, {{ zero }}) as tier_costed_net_amount,
        coalesce(sums.tier_margin_amount, {{ zero }}) as tier_margin_amount
    from {{ ref('int_customers_by_date') }} as customers
    left join {{ ref('int_purchases_summed') }} as sums
        on customers.as_of_date = sums.as_of_date
        and customers.criteria_version = sums.criteria_version
        and customers.customer_key = sums.customer_key
    left join {{ ref('int_returns_recounted') }} as returns
        on customers.as_of_date = returns.as_of_date
        and customers.criteria_version = returns.criteria_version
        and customers.customer_key = returns.customer_key
    where customers.is_graded
)

select
    measured.*,
    is_buyer and has_tier_purchase as is_buyer_in_tier_window,
    not is_buyer and gross_amount > 0 as has_only_refunds,
    greatest(purchase_days - 1, 0) as repeat_purchase_days,
    {{ days_between('last_purchase_date', 'as_of_date') }} as recency_days,
    {{ days_between('first_purchase_date', 'as_of_date') }} as tenure_days,
    {{ days_between('returned_date', 'as_of_date') }} as returned_days
from measured
