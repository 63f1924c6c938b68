{#
    Grain: one customer with an action that is due: the channel through which it is to be done, NULL if there is none, and within which
    hours: of the channels of the action the one that the customer prefers, else the first, through which it can be reached and, where the action is
    marketing, may be by the rules of its country.
#}
with addresses as (
    select
        matched.customer_key,
        coalesce(attributes.country, '*') as country_code,
        lower(trim(attributes.preferred_channel)) as preferred_channel,
        attributes.email is not null or contacts.contact_email is not null as has_email,
        attributes.phone is not null or contacts.contact_phone is not null as has_phone
    from {{ ref('int_actions_matched') }} as matched
    left join {{ ref('int_customer_attributes') }} as attributes on matched.customer_key = attributes.customer_key
    left join {{ ref('int_main_contacts') }} as contacts on matched.customer_key = contacts.customer_key
),

placed as (
    select
        matched.customer_key,
        channels.channel,
        coalesce(own_rules.from_hour, other_rules.from_hour) as from_hour,
        coalesce(own_rules.until_hour, other_rules.until_hour) as until_hour,
        row_number() over (
            partition by matched.customer_key
            order by coalesce(channels.channel = addresses.preferred_channel, false) desc, channels.position, channels.channel
        ) as place
    from {{ ref('int_actions_matched') }} as matched
    inner join addresses on matched.customer_key = addresses.customer_key
    inner join {{ ref('action_channels') }} as channels
        on matched.criteria_version = channels.criteria_version and matched.action_code = channels.action_code
    left join {{ ref('channel_rules') }} as own_rules
        on matched.criteria_version = own_rules.criteria_version
        and addresses.country_code = own_rules.country_code
        and matched.customer_kind = own_rules.customer_kind
        and channels.channel = own_rules.channel
    left join {{ ref('channel_rules') }} as other_rules
        on matched.criteria_version = other_rules.criteria_version
        and other_rules.country_code = '*'
        and matched.customer_kind = other_rules.customer_kind
        and channels.channel = other_rules.channel
    left join {{ ref('int_channel_permissions') }} as permissions
        on matched.customer_key = permissions.customer_key and channels.channel = permissions.channel
    where matched.due_date <= {{ days_after('matched.as_of_date', 'matched.action_horizon_days') }}
        and case channels.channel
            when 'email' then addresses.has_email
            when 'internal' then true
            when 'visit' then matched.customer_kind = 'organisation'
            else addresses.has_phone
        end
        and (
            not matched.is_marketing
            or channels.channel = 'internal'
            or case coalesce(own_rules.needs, other_rules.needs, 'never')
                when 'granted' then coalesce(permissions.is_granted, false)
                when 'not_refused' then not coalesce(permissions.is_refused, false)
                else false
            end
        )
)

select customer_key, channel, from_hour, until_hour
from placed
where place = 1
