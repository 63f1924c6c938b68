{#
    Grain: rule of the playbook x outcome: how many graded customers the rule speaks of, of whom an earlier rule takes care, and what becomes of
    those for whom it counts. A rule without customers for whom it counts is never reached: all its counts but the first are 0.
#}
with spoken_of as (
    select cells.rule_position, facts.customer_key
    from {{ ref('int_action_facts') }} as facts
    inner join {{ ref('int_playbook_cells') }} as cells
        on facts.criteria_version = cells.criteria_version
        and facts.value_tier = cells.value_tier
        and facts.customer_type = cells.customer_type
        and facts.lifecycle_stage = cells.lifecycle_stage
    where cells.condition is null
        or cells.condition = 'sanctioned' and facts.is_sanctioned
        or cells.condition = 'open_case' and facts.case_count > 0
        or cells.condition = 'overdue' and facts.is_overdue
        or cells.condition = 'young_prospect' and facts.is_young_prospect
),

outcomes as (
    select
        spoken_of.rule_position,
        case when actions.rule_position = spoken_of.rule_position then actions.action_status else 'taken_before' end as outcome,
        cast(count(*) as integer) as customer_count
    from spoken_of
    inner join {{ ref('int_actions_placed') }} as actions on spoken_of.customer_key = actions.customer_key
    group by
        spoken_of.rule_position,
        case when actions.rule_position = spoken_of.rule_position then actions.action_status else 'taken_before' end
)

select
    'playbook' as rule_family,
    rules.position as rule_position,
    rules.action_code,
    rules.condition,
    rules.value_tiers,
    rules.customer_types,
    rules.lifecycle_stages,
    labels.code as outcome,
    coalesce(outcomes.customer_count, 0) as customer_count
from {{ ref('playbook_rules') }} as rules
inner join {{ ref('int_criteria_by_date') }} as criteria
    on rules.criteria_version = criteria.criteria_version and criteria.is_current and criteria.customer_kind = 'person'
cross join {{ ref('class_labels_seed') }} as labels
left join outcomes on rules.position = outcomes.rule_position and labels.code = outcomes.outcome
where labels.class_family = 'action_status'
