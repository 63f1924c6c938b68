{#
    Grain: one graded customer at the as-of date: the rule of the playbook that counts for it, what is to be done and by when. Due is the last
    of its coming into the state, its last contact and the last time that this was done, plus the days of the rule; an open case is due by the day
    it was opened. What is not repeated is done once it was done in the present state.
#}
with matched as (
    select customer_key, min(rule_position) as rule_position
    from {{ ref('int_rules_matching') }}
    group by customer_key
),

done as (
    select done.customer_key, done.action_code, max(done.done_date) as last_done_date
    from {{ ref('int_actions_done') }} as done
    inner join {{ ref('int_run_settings') }} as settings on done.done_date <= settings.as_of_date
    group by done.customer_key, done.action_code
),

begun as (
    select
        facts.*,
        matched.rule_position,
        rules.condition,
        rules.action_code,
        rules.within_days,
        actions.work,
        actions.urgency,
        actions.is_marketing,
        actions.expected_hours,
        actions.response_share,
        done.last_done_date,
        not rules.is_repeated and coalesce(done.last_done_date >= facts.state_since, false) as is_done,
        case coalesce(rules.condition, '')
            when 'sanctioned' then facts.as_of_date
            when 'open_case' then facts.first_opened_date
            else greatest(facts.state_since, facts.last_contact_date, done.last_done_date)
        end as begins_date,
        case actions.stake
            when 'last_year' then facts.last_year_amount
            when 'usual_year' then facts.usual_year_amount
            when 'overdue' then cast(coalesce(payments.open_amount - payments.not_due_amount, 0) as decimal(18, 4))
            else facts.expected_amount
        end as stake_amount,
        cast(payments.open_amount - payments.not_due_amount as decimal(18, 4)) as overdue_amount,
        payments.days_past_due
    from {{ ref('int_action_facts') }} as facts
    inner join matched on facts.customer_key = matched.customer_key
    inner join {{ ref('playbook_rules') }} as rules
        on facts.criteria_version = rules.criteria_version and matched.rule_position = rules.position
    inner join {{ ref('playbook_actions') }} as actions
        on facts.criteria_version = actions.criteria_version and rules.action_code = actions.action_code
    left join {{ ref('int_payments_measured') }} as payments
        on facts.as_of_date = payments.as_of_date
        and facts.criteria_version = payments.criteria_version
        and facts.customer_key = payments.customer_key
    left join done on facts.customer_key = done.customer_key and rules.action_code = done.action_code
)

select
    begun.*,
    {{ days_after('begins_date', 'within_days') }} as due_date,
    cast({{ times('stake_amount', 'response_share') }} as decimal(18, 4)) as expected_value_amount
from begun
