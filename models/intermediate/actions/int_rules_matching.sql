{#
    Grain: one graded customer at the as-of date x rule of the playbook that speaks of it, whether or not an earlier one does: by its classes, and by
    the condition of the rule. The one place that says what a condition is.
#}
select facts.customer_key, cells.rule_position
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
    or cells.condition = 'leaving' and facts.is_leaving
    or cells.condition = 'young_prospect' and facts.is_young_prospect
