{#
    Grain: graded customer x reason that is given, current as-of date. Decides their order: a gate first, then the strongest of
    each component, the component that moved the score most, weight x (score - 50), first, then the second ones, then notes; at most three for,
    three against, two notes. What a
    reason speaks of and for is data: `grade_reasons`.
#}
with weighed as (
    select
        holding.*,
        rules.direction,
        coalesce(rules.component, rules.reason_code) as component,
        rules.weight,
        cast(case rules.direction when 'note' then 0 when 'against' then -1 else 1 end * coalesce(
            case rules.component {% for component in measured() %} when '{{ component }}' then holding.{{ component }}_impact{% endfor %} end, 0
        ) * cast(0.01 as decimal(3, 2)) as decimal(7, 4)) as moved_points
    from {{ ref('int_reasons_holding') }} as holding
    inner join {{ ref('grade_reasons') }} as rules
        on holding.criteria_version = rules.criteria_version and holding.reason_code = rules.reason_code
),

placed as (
    select
        weighed.*,
        row_number() over (
            partition by criteria_version, customer_key, direction, component order by weight desc, reason_code
        ) as component_place
    from weighed
),

chosen as (
    select
        placed.*,
        row_number() over (
            partition by criteria_version, customer_key, direction
            order by reason_code <> 'gate_capped', component_place, moved_points desc, weight desc, reason_code
        ) as place
    from placed
),

ordered as (
    select
        chosen.*,
        cast(row_number() over (
            partition by criteria_version, customer_key
            order by
                case when reason_code = 'gate_capped' then 0 when direction = 'note' then 2 else 1 end,
                component_place,
                moved_points desc,
                weight desc,
                reason_code
        ) as integer) as position
    from chosen
    where place <= case when direction = 'note' then 2 else 3 end
)

select
    as_of_date,
    criteria_version,
    customer_key,
    position,
    reason_code,
    direction,
    cast(weight as integer) as weight,
    moved_points,
    filled_value,
    reason_en,
    reason_zh
from ordered
