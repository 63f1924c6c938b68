{#
    Grain: criteria version x value tier x customer type x lifecycle stage x rule of the playbook that speaks of such customers. Which of the
    rules counts is decided per customer, since some have a condition, too; the last rule speaks of everybody.
#}
with cells as (
    select tiers.code as value_tier, types.code as customer_type, stages.code as lifecycle_stage
    from {{ ref('class_labels_seed') }} as tiers
    cross join {{ ref('class_labels_seed') }} as types
    cross join {{ ref('class_labels_seed') }} as stages
    where tiers.class_family = 'value_tier' and types.class_family = 'customer_type' and stages.class_family = 'lifecycle_stage'
)

select
    rules.criteria_version,
    cells.value_tier,
    cells.customer_type,
    cells.lifecycle_stage,
    rules.position as rule_position,
    rules.condition,
    rules.action_code
from cells
inner join {{ ref('playbook_rules') }} as rules
    {%- for column in ['value_tier', 'customer_type', 'lifecycle_stage'] %}
    {{ 'on' if loop.first else 'and' }} (
        rules.{{ column }}s is null or concat(';', rules.{{ column }}s, ';') like concat('%;', cells.{{ column }}, ';%')
    )
    {%- endfor %}
