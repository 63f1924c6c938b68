{# Grain: one graded customer with something owed or paid: what is open, by days past due, against the credit limit. #}
select
    payments.as_of_date,
    {{ customer_id('payments.customer_key') }} as customer_id,
    measures.customer_kind,
    payments.open_amount,
    payments.not_due_amount,
    payments.overdue_1_30_amount,
    payments.overdue_31_60_amount,
    payments.overdue_61_90_amount,
    payments.overdue_91_amount,
    payments.disputed_amount,
    payments.days_past_due,
    payments.balance_amount,
    exposures.undelivered_amount,
    exposures.exposure_amount,
    exposures.limit_amount,
    exposures.insured_amount,
    case
        when exposures.limit_amount > 0 then cast(exposures.exposure_amount as double) / cast(exposures.limit_amount as double)
    end as limit_use_share,
    payments.due_count,
    payments.late_count,
    payments.mean_late_days
from {{ ref('int_payments_measured') }} as payments
inner join {{ ref('int_grades_now') }} as measures
    on payments.as_of_date = measures.as_of_date
    and payments.criteria_version = measures.criteria_version
    and payments.customer_key = measures.customer_key
left join {{ ref('int_exposures_measured') }} as exposures
    on payments.as_of_date = exposures.as_of_date
    and payments.criteria_version = exposures.criteria_version
    and payments.customer_key = exposures.customer_key
