{#
    Grain: date due x criteria version x graded customer that a gate holds back: the best grade it may have, the gate that says so (of several the
    lowest grade, then the first by code), and the greatest score of that grade. A gate is a trigger of risk or a lifecycle stage.
#}
with holding as (
    select triggers.as_of_date, triggers.criteria_version, triggers.customer_key, gates.gate_code, gates.max_grade
    from {{ ref('int_risk_triggers') }} as triggers
    inner join {{ ref('grade_gates') }} as gates
        on triggers.criteria_version = gates.criteria_version
        and gates.gate_family = 'trigger_code' and triggers.trigger_code = gates.gate_code
    union all
    select stages.as_of_date, stages.criteria_version, stages.customer_key, gates.gate_code, gates.max_grade
    from {{ ref('int_lifecycle_classified') }} as stages
    inner join {{ ref('grade_gates') }} as gates
        on stages.criteria_version = gates.criteria_version
        and gates.gate_family = 'lifecycle_stage' and stages.lifecycle_stage = gates.gate_code
),

bands as (
    select
        criteria_version,
        grade,
        cast(coalesce(lead(lower_bound) over (partition by criteria_version order by lower_bound) - 0.0001, 100) as decimal(7, 4)) as max_score
    from {{ ref('grade_bands') }}
),

ordered as (
    select
        holding.as_of_date,
        holding.criteria_version,
        holding.customer_key,
        holding.gate_code,
        holding.max_grade,
        bands.max_score,
        row_number() over (
            partition by holding.as_of_date, holding.criteria_version, holding.customer_key order by bands.max_score, holding.gate_code
        ) as position
    from holding
    inner join bands on holding.criteria_version = bands.criteria_version and holding.max_grade = bands.grade
)

select as_of_date, criteria_version, customer_key, gate_code, max_grade, max_score
from ordered
where position = 1
