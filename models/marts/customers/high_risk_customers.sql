{#
    Grain: one graded customer with a trigger of risk at the as-of date: the register, worst first by risk_rank. The triggers with their
    values are in customer_risk_triggers.
#}
with triggers as (
    select
        as_of_date,
        criteria_version,
        customer_key,
        {{ joined_text('trigger_code', ';', 'trigger_code') }} as trigger_codes
    from {{ ref('int_risk_triggers') }}
    group by as_of_date, criteria_version, customer_key
)

select
    grades.as_of_date,
    {{ customer_id('grades.customer_key') }} as customer_id,
    grades.customer_kind,
    grades.value_tier,
    grades.risk_grade,
    grades.risk_score,
    cast(row_number() over (order by grades.risk_score desc, exposures.exposure_amount desc nulls last, grades.customer_key) as integer)
        as risk_rank,
    triggers.trigger_codes,
    coalesce(exposures.exposure_amount, cast(0 as decimal(18, 4))) as exposure_amount,
    coalesce(payments.days_past_due, 0) as days_past_due,
    cast(coalesce(payments.open_amount - payments.not_due_amount, 0) as decimal(18, 4)) as overdue_amount,
    grades.net_amount_365d
from {{ ref('int_grades_now') }} as grades
inner join triggers
    on grades.as_of_date = triggers.as_of_date
    and grades.criteria_version = triggers.criteria_version
    and grades.customer_key = triggers.customer_key
left join {{ ref('int_payments_measured') }} as payments
    on grades.as_of_date = payments.as_of_date
    and grades.criteria_version = payments.criteria_version
    and grades.customer_key = payments.customer_key
left join {{ ref('int_exposures_measured') }} as exposures
    on grades.as_of_date = exposures.as_of_date
    and grades.criteria_version = exposures.criteria_version
    and grades.customer_key = exposures.customer_key
