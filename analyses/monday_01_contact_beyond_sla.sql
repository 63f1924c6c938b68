{# A and B accounts without contact beyond their SLA, per owner. #}
select
    actions.account_owner,
    actions.display_name,
    grades.grade,
    actions.value_tier,
    customers.last_contact_date,
    actions.action_code,
    actions.due_date,
    actions.days_overdue,
    actions.status
from {{ ref('customer_actions') }} as actions
inner join {{ ref('customer_grades') }} as grades on actions.customer_id = grades.customer_id
inner join {{ ref('customers') }} as customers on actions.customer_id = customers.customer_id
where grades.grade in ('A', 'B') and actions.days_overdue > 0
order by actions.account_owner, actions.days_overdue desc, actions.customer_id
