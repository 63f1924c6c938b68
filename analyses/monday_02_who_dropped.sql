{# Who dropped a tier or grade since the last month end, why, and the revenue at stake. Say `publication` for since the last refresh. #}
select
    customers.account_owner,
    customers.display_name,
    changes.field,
    changes.from_value,
    changes.to_value,
    changes.cause_en,
    changes.cause_zh,
    changes.net_amount_365d as net_amount_at_stake
from {{ ref('customer_grade_changes') }} as changes
inner join {{ ref('customers') }} as customers on changes.customer_id = customers.customer_id
where changes.since = 'month_end' and changes.field in ('value_tier', 'grade') and changes.change_direction = 'worse'
order by changes.net_amount_365d desc, changes.customer_id, changes.field
