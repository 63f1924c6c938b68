{{ config(meta={'remedy': 'compare int_actions_reachable with the seed channel_rules and int_channel_permissions'}) }}
{#
    What is marketing is planned only through a channel that the customer granted, where the rules of its country ask for that, and never
    through one that it refused; who asked not to be contacted is in no list but inside the company.
#}
with planned as (
    select
        actions.customer_key,
        actions.channel,
        actions.is_marketing,
        min(coalesce(own_rules.needs, other_rules.needs, 'never')) as needs
    from {{ ref('int_actions_placed') }} as actions
    left join {{ ref('int_customer_attributes') }} as attributes on actions.customer_key = attributes.customer_key
    left join {{ ref('channel_rules') }} as own_rules
        on actions.criteria_version = own_rules.criteria_version
        and actions.customer_kind = own_rules.customer_kind
        and actions.channel = own_rules.channel
        and attributes.country = own_rules.country_code
    left join {{ ref('channel_rules') }} as other_rules
        on actions.criteria_version = other_rules.criteria_version
        and actions.customer_kind = other_rules.customer_kind
        and actions.channel = other_rules.channel
        and other_rules.country_code = '*'
    where actions.action_status in ('planned', 'over_capacity', 'unassigned') and actions.channel <> 'internal'
    group by actions.customer_key, actions.channel, actions.is_marketing
)

select concat({{ customer_id('planned.customer_key') }}, ' by ', planned.channel) as what
from planned
left join {{ ref('int_channel_permissions') }} as permissions
    on planned.customer_key = permissions.customer_key and planned.channel = permissions.channel
left join {{ ref('int_customers_barred') }} as barred on planned.customer_key = barred.customer_key
where barred.customer_key is not null
    or planned.is_marketing and (
        coalesce(permissions.is_refused, false)
        or planned.needs = 'never'
        or planned.needs = 'granted' and not coalesce(permissions.is_granted, false)
    )
