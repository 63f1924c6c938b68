{# Who is one order from the next tier, and who drops by the next month end without one. #}
select
    customers.account_owner,
    customers.display_name,
    steps.value_tier,
    case when steps.drops_by_date then 'drops' else steps.next_tier end as what_comes,
    case when not steps.drops_by_date then steps.gap_amount end as gap_amount,
    steps.tier_drop_date
from {{ ref('customer_next_steps') }} as steps
inner join {{ ref('customers') }} as customers on steps.customer_id = customers.customer_id
where steps.drops_by_date or steps.value_tier <> 'none' and steps.gap_order_count = 1
order by steps.drops_by_date desc, steps.tier_drop_date, steps.gap_amount, steps.customer_id
