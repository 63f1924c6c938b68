{#
    Grain: date due x criteria version x graded customer with receivables that fell due, or overdue, or with a limit in use: how it pays, each
    from 0 to 1. Habits of few receivables are drawn towards those of the kind: (n own + k kind) / (n + k).
#}
with habits as (
    select
        as_of_date,
        criteria_version,
        customer_kind,
        cast({{ ratio_of('sum(late_count)', 'sum(due_count)') }} as decimal(18, 4)) as late_share,
        cast({{ ratio_of('sum(due_count * mean_late_days)', 'sum(due_count)') }} as decimal(18, 4)) as late_days
    from {{ ref('int_risk_measured') }}
    where due_count > 0
    group by as_of_date, criteria_version, customer_kind
),

parts as (
    select
        measured.as_of_date,
        measured.criteria_version,
        measured.customer_key,
        measured.customer_kind,
        case
            when measured.due_count > 0 then {{ ratio_of(
                'measured.late_count + criteria.risk_shrinkage_receivables * habits.late_share',
                'measured.due_count + criteria.risk_shrinkage_receivables',
            ) }}
        end as late_share,
        case
            when measured.due_count > 0 then least(1, {{ ratio_of(
                'measured.due_count * measured.mean_late_days + criteria.risk_shrinkage_receivables * habits.late_days',
                '(measured.due_count + criteria.risk_shrinkage_receivables) * criteria.risk_full_late_days',
            ) }})
        end as late_days,
        case when measured.limit_use > 1 then cast(1 as decimal(18, 6)) else measured.limit_use end as limit_use,
        case
            when measured.due_count > 0 or measured.days_past_due > 0
                then least(1, {{ ratio_of('measured.days_past_due', 'criteria.risk_full_past_due_days') }})
        end as past_due
    from {{ ref('int_risk_measured') }} as measured
    inner join {{ ref('int_criteria_by_date') }} as criteria
        on measured.as_of_date = criteria.as_of_date
        and measured.criteria_version = criteria.criteria_version
        and measured.customer_kind = criteria.customer_kind
    left join habits
        on measured.as_of_date = habits.as_of_date
        and measured.criteria_version = habits.criteria_version
        and measured.customer_kind = habits.customer_kind
)

select
    parts.*,
    cast(1 - late_share as decimal(18, 6)) as on_time_share
from parts
where late_share is not null or limit_use is not null or past_due is not null
