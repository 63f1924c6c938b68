{#
    Grain: one graded customer at the as-of date: what the playbook looks at. `state_since` is the day on which it came into its lifecycle
    stage (of active customers the last purchase); a usual year is the net amount of a year while it bought.
#}
with triggers as (
    select
        as_of_date,
        criteria_version,
        customer_key,
        max(case when trigger_code = 'sanctions' then 1 else 0 end) = 1 as is_sanctioned,
        max(case when trigger_code in ('overdue_31', 'overdue_61', 'overdue_91') then 1 else 0 end) = 1 as is_overdue,
        max(case when trigger_code = 'churn_value' then 1 else 0 end) = 1 as is_leaving
    from {{ ref('int_risk_triggers') }}
    group by as_of_date, criteria_version, customer_key
)

select
    grades.as_of_date,
    grades.criteria_version,
    grades.customer_key,
    grades.customer_kind,
    grades.value_tier,
    grades.customer_type,
    grades.lifecycle_stage,
    grades.recency_days,
    grades.first_purchase_date,
    coalesce(triggers.is_sanctioned, false) as is_sanctioned,
    coalesce(triggers.is_overdue, false) as is_overdue,
    coalesce(triggers.is_leaving, false) as is_leaving,
    grades.lateness_ratio,
    coalesce(cases.case_count, 0) as case_count,
    cases.first_opened_date,
    existing.exists_from,
    not grades.is_buyer and {{ days_between('existing.exists_from', 'grades.as_of_date') }} <= criteria.young_prospect_days as is_young_prospect,
    case grades.lifecycle_stage
        when 'prospect' then existing.exists_from
        when 'new' then grades.first_purchase_date
        when 'reactivated' then {{ days_after('grades.as_of_date', '-grades.returned_days') }}
        when 'active' then grades.last_purchase_date
        when 'dormant' then {{ days_after('grades.as_of_date', 'limits.active_days - limits.counted_recency_days') }}
        else {{ days_after('grades.as_of_date', 'limits.dormant_days - limits.counted_recency_days') }}
    end as state_since,
    dates.last_contact_date,
    greatest(grades.net_amount_365d, 0) as last_year_amount,
    case
        when grades.tenure_days - grades.recency_days <= 365 then greatest(grades.net_amount, 0)
        else {{ times(mean_amount('greatest(grades.net_amount, 0)', '(grades.tenure_days - grades.recency_days)'), '365') }}
    end as usual_year_amount,
    coalesce(greatest(expected.expected_amount, 0), 0) as expected_amount,
    criteria.action_horizon_days,
    criteria.action_week_max_touches,
    criteria.action_month_max_touches,
    criteria.action_holdout_share,
    criteria.owner_week_hours
from {{ ref('int_grades_now') }} as grades
inner join {{ ref('int_criteria_by_date') }} as criteria
    on grades.as_of_date = criteria.as_of_date
    and grades.criteria_version = criteria.criteria_version
    and grades.customer_kind = criteria.customer_kind
inner join {{ ref('int_customers_by_date') }} as existing on grades.customer_key = existing.customer_key and existing.is_current
left join {{ ref('int_lifecycle_limits') }} as limits
    on grades.as_of_date = limits.as_of_date
    and grades.criteria_version = limits.criteria_version
    and grades.customer_key = limits.customer_key
left join {{ ref('int_expected_amounts') }} as expected
    on grades.as_of_date = expected.as_of_date
    and grades.criteria_version = expected.criteria_version
    and grades.customer_key = expected.customer_key
left join triggers
    on grades.as_of_date = triggers.as_of_date
    and grades.criteria_version = triggers.criteria_version
    and grades.customer_key = triggers.customer_key
left join {{ ref('int_customer_dates') }} as dates on grades.customer_key = dates.customer_key
left join {{ ref('int_open_cases') }} as cases on grades.customer_key = cases.customer_key
