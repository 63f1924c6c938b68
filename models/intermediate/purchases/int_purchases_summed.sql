{{ config(materialized='view') }}
{#
    Grain: date due x criteria version x graded customer with a purchase or a refund up to the date: counts, dates and money, of
    the whole life and of the windows of the criteria.
#}
select
    days.as_of_date,
    days.criteria_version,
    days.customer_key,
    max(undone_purchases_count) as undone_purchases_count,
    cast(sum(order_count) as integer) as order_count,
    cast(count(case when is_purchase_day then 1 end) as integer) as purchase_days,
    min(case when is_purchase_day then activity_date end) as first_purchase_date,
    max(case when is_purchase_day then activity_date end) as last_purchase_date,
    max(case when is_purchase_day and not has_undone_purchases and gap_days > reactivation_gap_days then activity_date end)
        as returned_date,
    cast(median(case when is_purchase_day then gap_days end) as decimal(18, 4)) as median_gap_days,
    bit_count(bit_or(case when is_purchase_day then cast(pow(2, extract(month from activity_date)) as integer) end)) as purchase_months,
    min_by(net_amount, case when is_purchase_day then activity_date end) as first_day_amount,
    cast(sum(gross_amount) as decimal(18, 4)) as gross_amount,
    cast(sum(refunded_amount) as decimal(18, 4)) as refunded_amount,
    cast(sum(costed_gross_amount) as decimal(18, 4)) as costed_gross_amount,
    cast(sum(margin_amount) as decimal(18, 4)) as margin_amount,
    cast(sum(selling_cost_amount) as decimal(18, 4)) as selling_cost_amount,
    {{ sum_where('net_amount', 'activity_date > year_after') }} as net_amount_365d,
    {{ sum_where('net_amount', 'activity_date <= year_after and activity_date > prior_year_after') }}
        as net_amount_prior_365d,
    {{ sum_where('net_amount', 'activity_date > half_year_after') }} as net_amount_180d,
    {{ sum_where('net_amount', 'activity_date <= half_year_after and activity_date > prior_half_year_after') }}
        as net_amount_prior_180d,
    {{ sum_where('gross_amount', 'activity_date > year_after') }} as gross_amount_365d,
    {{ sum_where('refunded_amount', 'activity_date > year_after') }} as refunded_amount_365d,
    {{ count_where('order_count', 'activity_date > year_after') }} as order_count_365d,
    cast(count(case
        when is_purchase_day and activity_date > rfm_window_after
            and (promotion_purchases_count = 1 or discounted_order_count < placed_order_count) then 1
    end) as integer) as rfm_purchase_days,
    {{ sum_where('greatest(least(net_amount, caps.cap_amount), -caps.cap_amount)', 'activity_date > rfm_window_after') }} as rfm_net_amount,
    {{ sum_where('net_amount', 'activity_date > rfm_window_after') }} as rfm_whole_net_amount,
    {{ count_where('placed_order_count', 'activity_date > rfm_window_after') }} as rfm_order_count,
    {{ count_where('discounted_order_count', 'activity_date > rfm_window_after') }} as rfm_discounted_order_count,
    {{ count_where('self_service_order_count', 'activity_date > rfm_window_after') }} as rfm_self_service_order_count,
    {{ count_where('channel_order_count', 'activity_date > rfm_window_after') }} as rfm_channel_order_count,
    count(case when is_purchase_day and activity_date > tier_window_after then 1 end) > 0 as has_tier_purchase,
    {{ sum_where('net_amount', 'activity_date > tier_window_after') }} as tier_net_amount,
    {{ sum_where('gross_amount', 'activity_date > tier_window_after') }} as tier_gross_amount,
    {{ sum_where('costed_gross_amount', 'activity_date > tier_window_after') }} as tier_costed_gross_amount,
    {{ sum_where('costed_net_amount', 'activity_date > tier_window_after') }} as tier_costed_net_amount,
    {{ sum_where('margin_amount', 'activity_date > tier_window_after') }} as tier_margin_amount
from {{ ref('int_purchase_days_dated') }} as days
left join {{ ref('int_amount_caps') }} as caps
    on days.as_of_date = caps.as_of_date
    and days.criteria_version = caps.criteria_version
    and days.customer_kind = caps.customer_kind
group by days.as_of_date, days.criteria_version, days.customer_key
