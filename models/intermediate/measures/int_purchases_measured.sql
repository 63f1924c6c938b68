{#
    Grain: spine date x graded customer. Everything that purchases and refunds up to the date say: counts, money,
    recency, and the windows of the criteria in force. A customer who never bought has zeros and no dates.
#}
with windows as (
    select
        criteria.*,
        {{ days_after('as_of_date', '-rfm_window_days') }} as rfm_window_after,
        {{ days_after('as_of_date', '-tier_window_days') }} as tier_window_after,
        {{ days_after('as_of_date', '-365') }} as year_after,
        {{ days_after('as_of_date', '-730') }} as prior_year_after
    from {{ ref('int_criteria_at_spine') }} as criteria
),

sums as (
    select
        customers.as_of_date,
        customers.customer_key,
        cast(sum(days.order_count) as integer) as order_count,
        cast(count(case when days.order_count > 0 then 1 end) as integer) as purchase_days,
        min(case when days.order_count > 0 then days.activity_date end) as first_purchase_date,
        max(case when days.order_count > 0 then days.activity_date end) as last_purchase_date,
        max(case when days.gap_days > windows.reactivation_gap_days then days.activity_date end) as returned_date,
        cast(sum(days.gross_amount) as decimal(18, 4)) as gross_amount,
        cast(sum(days.refunded_amount) as decimal(18, 4)) as refunded_amount,
        cast(sum(days.costed_gross_amount) as decimal(18, 4)) as costed_gross_amount,
        cast(sum(days.margin_amount) as decimal(18, 4)) as margin_amount,
        {{ sum_where('days.gross_amount - days.refunded_amount', 'days.activity_date > windows.year_after') }} as net_amount_365d,
        {{ sum_where('days.gross_amount - days.refunded_amount', 'days.activity_date <= windows.year_after and days.activity_date > windows.prior_year_after') }}
            as net_amount_prior_365d,
        cast(count(case when days.order_count > 0 and days.activity_date > windows.rfm_window_after then 1 end) as integer)
            as rfm_purchase_days,
        {{ sum_where('days.gross_amount - days.refunded_amount', 'days.activity_date > windows.rfm_window_after') }} as rfm_net_amount,
        count(case when days.order_count > 0 and days.activity_date > windows.tier_window_after then 1 end) > 0
            as is_buyer_in_tier_window,
        {{ sum_where('days.gross_amount - days.refunded_amount', 'days.activity_date > windows.tier_window_after') }} as tier_net_amount,
        {{ sum_where('days.gross_amount', 'days.activity_date > windows.tier_window_after') }} as tier_gross_amount,
        {{ sum_where('days.costed_gross_amount', 'days.activity_date > windows.tier_window_after') }}
            as tier_costed_gross_amount,
        {{ sum_where('days.margin_amount', 'days.activity_date > windows.tier_window_after') }} as tier_margin_amount
    from {{ ref('int_customers_at_spine') }} as customers
    inner join windows
        on customers.as_of_date = windows.as_of_date and customers.customer_kind = windows.customer_kind
    inner join {{ ref('int_purchase_days') }} as days
        on customers.customer_key = days.customer_key and customers.as_of_date >= days.activity_date
    where customers.is_graded
    group by customers.as_of_date, customers.customer_key
)

{% set zero = 'cast(0 as decimal(18, 4))' -%}
select
    customers.as_of_date,
    customers.criteria_version,
    customers.is_current,
    customers.customer_key,
    customers.customer_kind,
    coalesce(sums.purchase_days, 0) > 0 as is_buyer,
    coalesce(sums.order_count, 0) as order_count,
    coalesce(sums.purchase_days, 0) as purchase_days,
    greatest(coalesce(sums.purchase_days, 0) - 1, 0) as repeat_purchase_days,
    sums.first_purchase_date,
    sums.last_purchase_date,
    sums.returned_date,
    {{ days_between('sums.last_purchase_date', 'customers.as_of_date') }} as recency_days,
    {{ days_between('sums.first_purchase_date', 'customers.as_of_date') }} as tenure_days,
    {{ days_between('sums.returned_date', 'customers.as_of_date') }} as returned_days,
    coalesce(sums.gross_amount, {{ zero }}) as gross_amount,
    coalesce(sums.refunded_amount, {{ zero }}) as refunded_amount,
    cast(coalesce(sums.gross_amount - sums.refunded_amount, 0) as decimal(18, 4)) as net_amount,
    coalesce(sums.costed_gross_amount, {{ zero }}) as costed_gross_amount,
    case when sums.costed_gross_amount > 0 then sums.margin_amount end as margin_amount,
    coalesce(sums.net_amount_365d, {{ zero }}) as net_amount_365d,
    coalesce(sums.net_amount_prior_365d, {{ zero }}) as net_amount_prior_365d,
    coalesce(sums.rfm_purchase_days, 0) as rfm_purchase_days,
    coalesce(sums.rfm_net_amount, {{ zero }}) as rfm_net_amount,
    coalesce(sums.is_buyer_in_tier_window, false) as is_buyer_in_tier_window,
    coalesce(sums.tier_net_amount, {{ zero }}) as tier_net_amount,
    coalesce(sums.tier_gross_amount, {{ zero }}) as tier_gross_amount,
    coalesce(sums.tier_costed_gross_amount, {{ zero }}) as tier_costed_gross_amount,
    coalesce(sums.tier_margin_amount, {{ zero }}) as tier_margin_amount
from {{ ref('int_customers_at_spine') }} as customers
left join sums
    on customers.as_of_date = sums.as_of_date and customers.customer_key = sums.customer_key
where customers.is_graded
