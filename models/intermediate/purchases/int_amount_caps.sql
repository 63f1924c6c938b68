{{ config(materialized='view') }}
{#
    Grain: date due x criteria version x customer kind whose criteria cap amounts: what a purchase day counts at most in RFM, the smallest
    amount that the share of the criteria of all purchase days in the window do not exceed.
#}
with counted as (
    select
        as_of_date,
        criteria_version,
        customer_kind,
        net_amount,
        max(rfm_amount_cap_share) as rfm_amount_cap_share,
        count(*) as day_count
    from {{ ref('int_purchase_days_dated') }}
    where rfm_amount_cap_share is not null and is_purchase_day and activity_date > rfm_window_after and net_amount > 0
    group by as_of_date, criteria_version, customer_kind, net_amount
),

ranked as (
    select
        counted.*,
        sum(day_count) over (partition by as_of_date, criteria_version, customer_kind order by net_amount) as days_up_to,
        sum(day_count) over (partition by as_of_date, criteria_version, customer_kind) as days_in_all
    from counted
)

select
    as_of_date,
    criteria_version,
    customer_kind,
    min(net_amount) as cap_amount
from ranked
where days_up_to >= rfm_amount_cap_share * days_in_all
group by as_of_date, criteria_version, customer_kind
