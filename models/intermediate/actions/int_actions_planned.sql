{#
    Grain: one customer x action x day it was due by that this publication or an earlier one of the last 92 days planned or held out: the first and
    the last date of these lists. What was planned for a customer that was merged is planned for the one it came to.
#}
with listed as (
    select
        records.customer_key,
        earlier.action_code,
        earlier.due_date,
        earlier.first_planned_date,
        earlier.last_planned_date,
        earlier.account_owner,
        earlier.channel,
        earlier.is_held_out,
        earlier.expected_value_amount,
        false as is_now
    from {{ source('previous', 'planned_actions') }} as earlier
    inner join {{ ref('int_records_resolved') }} as records on earlier.customer_key = records.record_key
    inner join {{ ref('int_run_settings') }} as settings
        on earlier.last_planned_date <= settings.as_of_date and earlier.last_planned_date >= {{ days_after('settings.as_of_date', '-92') }}
    union all
    select
        placed.customer_key,
        placed.action_code,
        placed.due_date,
        placed.as_of_date as first_planned_date,
        placed.as_of_date as last_planned_date,
        attributes.account_owner,
        placed.channel,
        placed.action_status = 'held_out',
        placed.expected_value_amount,
        true
    from {{ ref('int_actions_placed') }} as placed
    left join {{ ref('int_attributes_published') }} as attributes on placed.customer_key = attributes.customer_key
    where placed.action_status in ('planned', 'held_out')
)

select
    customer_key,
    action_code,
    due_date,
    min(first_planned_date) as first_planned_date,
    max(last_planned_date) as last_planned_date
    {%- for column in ['account_owner', 'channel', 'expected_value_amount'] %},
    coalesce(max(case when is_now then {{ column }} end), max({{ column }})) as {{ column }}
    {%- endfor %},
    max(case when is_held_out then 1 else 0 end) = 1 as is_held_out
from listed
group by customer_key, action_code, due_date
