{#
    Grain: horizon x customer graded at its start with an amount that could default in its days: what was known of risk then, and whether it
    defaulted. An amount defaults on the day after so many days past due on which it is still open; only new defaults count. Disputed
    amounts are amounts.
#}
{%- set default_days = 60 -%}
with amounts as (
    select
        receivables.customer_key,
        receivables.due_date,
        {{ days_after('receivables.due_date', default_days) }} as default_date,
        case when receivables.is_open then date '9999-12-31' else coalesce(receivables.last_covered_date, receivables.due_date) end as covered_date
    from {{ ref('int_receivables_aged') }} as receivables
    cross join {{ ref('int_run_settings') }} as settings
    where receivables.as_of_date = settings.as_of_date
)

select
    outcomes.horizon_days,
    outcomes.period_start,
    outcomes.customer_kind,
    outcomes.customer_key,
    severities.severity as risk_severity,
    outcomes.risk_score,
    max(case
        when amounts.due_date < outcomes.period_start and amounts.covered_date > outcomes.period_start
            then {{ days_between('amounts.due_date', 'outcomes.period_start') }}
        else 0
    end) as days_past_due,
    cast(count(case when amounts.due_date < outcomes.period_start and amounts.covered_date > amounts.due_date then 1 end) as integer) as late_count,
    max(case
        when amounts.default_date > outcomes.period_start and amounts.covered_date > amounts.default_date
            and {{ days_after('outcomes.period_start', 'outcomes.horizon_days') }} >= amounts.default_date
            then 1
        else 0
    end) = 1 as has_defaulted
from {{ ref('int_outcomes_observed') }} as outcomes
inner join amounts on outcomes.customer_key = amounts.customer_key
inner join {{ ref('int_criteria_periods') }} as versions
    on outcomes.period_start >= versions.valid_from and outcomes.period_start < versions.valid_to
inner join {{ ref('risk_grades') }} as severities
    on versions.criteria_version = severities.criteria_version and outcomes.risk_grade = severities.risk_grade
group by
    outcomes.horizon_days, outcomes.period_start, outcomes.customer_kind, outcomes.customer_key, severities.severity, outcomes.risk_score
having count(case
    when amounts.default_date > outcomes.period_start and amounts.covered_date > outcomes.period_start
        and {{ days_after('outcomes.period_start', 'outcomes.horizon_days') }} >= amounts.default_date then 1
end) > 0
