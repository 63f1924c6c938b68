{#
    Grain: horizon x customer graded at its start: the grade then, and what the customer bought in the days of the horizon after it. The
    start of a horizon of so many days is the last month end from which they have passed.
#}
{%- set horizons = [90, 180, 365] %}
with starts as (
    {%- for days in horizons %}
    select
        {{ days }} as horizon_days,
        max(dates.as_of_date) as period_start
    from {{ ref('int_dates_graded') }} as dates
    cross join {{ ref('int_run_settings') }} as settings
    where not dates.is_current and {{ days_after('dates.as_of_date', days) }} <= settings.as_of_date
    {{- ' union all' if not loop.last }}
    {%- endfor %}
),

later as (
    select
        starts.horizon_days,
        days.customer_key,
        cast(sum(days.gross_amount - days.refunded_amount) as decimal(18, 4)) as later_net_amount,
        cast(sum(days.order_count) as integer) as later_order_count,
        cast(count(case when days.order_count > 0 then 1 end) as integer) as later_purchase_days
    from starts
    inner join {{ ref('int_purchase_days') }} as days
        on starts.period_start < days.activity_date
        and {{ days_after('starts.period_start', 'starts.horizon_days') }} >= days.activity_date
    group by starts.horizon_days, days.customer_key
)

select
    starts.horizon_days,
    starts.period_start,
    grades.customer_key,
    grades.customer_kind,
    grades.value_tier,
    grades.grade,
    grades.lifecycle_stage,
    grades.risk_grade,
    grades.risk_score,
    grades.overall_score,
    grades.value_basis,
    grades.clv_amount,
    grades.clv_low_amount,
    grades.clv_high_amount,
    grades.expected_purchase_days,
    grades.net_amount,
    grades.net_amount_365d,
    grades.recency_days,
    grades.purchase_days,
    coalesce(later.later_net_amount, cast(0 as decimal(18, 4))) as later_net_amount,
    coalesce(later.later_purchase_days, 0) as later_purchase_days,
    coalesce(later.later_order_count, 0) > 0 as has_returned
from starts
inner join {{ ref('int_grades_over_time') }} as grades on starts.period_start = grades.as_of_date
left join later
    on starts.horizon_days = later.horizon_days and grades.customer_key = later.customer_key
