{#
    Grain: one customer x action x day it was due by that this publication or an earlier one of the last 92 days planned or held out, and what became of
    it: it was done, it is still on the list, or it left the list without having been done. What was done counts for the last list that
    asked for it before.
#}
with spells as (
    select
        planned.*,
        settings.as_of_date,
        lead(planned.first_planned_date) over (
            partition by planned.customer_key, planned.action_code order by planned.first_planned_date, planned.due_date
        ) as next_planned_date
    from {{ ref('int_actions_planned') }} as planned
    cross join {{ ref('int_run_settings') }} as settings
),

answered as (
    select
        spells.customer_key,
        spells.action_code,
        spells.due_date,
        min(done.done_date) as done_date
    from spells
    inner join {{ ref('int_actions_done') }} as done
        on spells.customer_key = done.customer_key
        and spells.action_code = done.action_code
        and spells.first_planned_date <= done.done_date
        and spells.as_of_date >= done.done_date
        and coalesce(spells.next_planned_date, date '9999-12-31') > done.done_date
    group by spells.customer_key, spells.action_code, spells.due_date
)

select
    {{ customer_id('spells.customer_key') }} as customer_id,
    spells.account_owner,
    spells.action_code,
    spells.channel,
    spells.due_date,
    spells.first_planned_date,
    spells.last_planned_date,
    spells.is_held_out,
    spells.expected_value_amount,
    answered.done_date,
    case
        when answered.done_date is not null then 'done'
        when spells.last_planned_date = spells.as_of_date then 'open'
        else 'dropped'
    end as status
from spells
left join answered
    on spells.customer_key = answered.customer_key and spells.action_code = answered.action_code and spells.due_date = answered.due_date
