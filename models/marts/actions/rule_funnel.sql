{#
    Grain: rule of the playbook x outcome: how many graded customers the rule speaks of, of whom an earlier rule takes care, and what becomes of
    those for whom it counts. Every rule has a row for every outcome: one that nobody reaches has 0 in all but taken_before.
#}
with placed as (
    select
        matching.rule_position,
        case when actions.rule_position = matching.rule_position then actions.action_status else 'taken_before' end as outcome
    from {{ ref('int_rules_matching') }} as matching
    inner join {{ ref('int_actions_placed') }} as actions on matching.customer_key = actions.customer_key
),

outcomes as (
    select rule_position, outcome, cast(count(*) as integer) as customer_count
    from placed
    group by rule_position, outcome
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
