{{ config(materialized='view') }}
{#
    Grain: date due x criteria version x graded customer x day with a purchase or a refund up to the date, with the
    windows of the criteria. Decides whether the day is one of purchases, seen from the date: a purchase that was wholly
    refunded by then no longer is one, unless the criteria say so; its money stays where it was. A view, since nobody
    needs all of it at once.
#}
with windows as (
    select
        criteria.*,
        {{ days_after('as_of_date', '-rfm_window_days') }} as rfm_window_after,
        {{ days_after('as_of_date', '-tier_window_days') }} as tier_window_after,
        {{ days_after('as_of_date', '-365') }} as year_after,
        {{ days_after('as_of_date', '-730') }} as prior_year_after,
        {{ days_after('as_of_date', '-180') }} as half_year_after,
        {{ days_after('as_of_date', '-360') }} as prior_half_year_after
    from {{ ref('int_criteria_by_date') }} as criteria
),

undoing as (
    select customer_key, min(activity_date) as first_undone_date
    from {{ ref('int_purchase_days') }}
    where undone_order_count > 0
    group by customer_key
)

select
    customers.as_of_date,
    customers.criteria_version,
    customers.customer_kind,
    customers.customer_key,
    windows.rfm_window_after,
    windows.tier_window_after,
    windows.year_after,
    windows.prior_year_after,
    windows.half_year_after,
    windows.prior_half_year_after,
    windows.reactivation_gap_days,
    windows.undone_purchases_count,
    windows.promotion_purchases_count,
    windows.rfm_amount_cap_share,
    days.activity_date,
    days.gap_days,
    coalesce(undoing.first_undone_date <= customers.as_of_date, false) as has_undone_purchases,
    days.order_count - case when windows.undone_purchases_count = 1 then 0 else days.undone_order_count end as order_count,
    days.order_count > 0 and (days.stands_until > customers.as_of_date or windows.undone_purchases_count = 1)
        as is_purchase_day,
    days.order_count as placed_order_count,
    days.discounted_order_count,
    days.self_service_order_count,
    days.channel_order_count,
    cast(days.gross_amount - days.refunded_amount as decimal(18, 4)) as net_amount,
    days.gross_amount,
    days.refunded_amount,
    days.costed_gross_amount,
    days.costed_net_amount,
    days.margin_amount,
    days.selling_cost_amount
from {{ ref('int_customers_by_date') }} as customers
inner join windows
    on customers.as_of_date = windows.as_of_date
    and customers.criteria_version = windows.criteria_version
    and customers.customer_kind = windows.customer_kind
inner join {{ ref('int_purchase_days') }} as days
    on customers.customer_key = days.customer_key and customers.as_of_date >= days.activity_date
left join undoing on customers.customer_key = undoing.customer_key
where customers.is_graded
