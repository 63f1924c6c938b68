{#
    Grain: date due x criteria version x graded customer of whose payments or limits something is known. The continuous part of the
    risk score: how many receivables were late, how late, how far past due and how much of the limit is used, each from 0 to 1, weighted;
    what is not known is left out. Habits of few receivables are drawn towards those of the kind.
#}
{%- set parts = ['late_share', 'late_days', 'limit_use', 'past_due'] -%}
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
),

weighted as (
    {%- for part in parts %}
    select
        parts.as_of_date,
        parts.criteria_version,
        parts.customer_key,
        cast(weights.weight as bigint) as weight,
        cast(weights.weight * parts.{{ part }} * 1000000 as bigint) as weighted
    from parts
    inner join {{ ref('measure_weights') }} as weights
        on parts.criteria_version = weights.criteria_version
        and parts.customer_kind = weights.customer_kind
        and weights.component = 'safety' and weights.measure = '{{ part }}'
    where parts.{{ part }} is not null and weights.weight > 0
    {{- ' union all' if not loop.last }}
    {%- endfor %}
)

select
    as_of_date,
    criteria_version,
    customer_key,
    {{ percent_of('cast(sum(weighted) as bigint)', 'cast(sum(weight) as bigint) * 1000000') }} as risk_score
from weighted
group by as_of_date, criteria_version, customer_key
