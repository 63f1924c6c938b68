{# Who has a lower value tier than at the last month end, and the revenue at stake: one row per customer. #}
with months as (
    select max(as_of_date) as last_month_end
    from {{ ref('customer_grade_history') }}
    where not is_current
),

tiers as (
    select code, sort_order
    from {{ ref('class_labels') }}
    where class_family = 'value_tier'
)

select
    before.customer_id,
    customers.account_owner,
    before.value_tier as from_tier,
    after.value_tier as to_tier,
    before.net_amount_365d as net_amount_at_stake
from {{ ref('customer_grade_history') }} as before
inner join months on before.as_of_date = months.last_month_end
inner join {{ ref('customer_grade_history') }} as after
    on before.customer_id = after.customer_id and after.is_current
inner join {{ ref('customers') }} as customers on before.customer_id = customers.customer_id
inner join tiers as from_tiers on before.value_tier = from_tiers.code
inner join tiers as to_tiers on after.value_tier = to_tiers.code
where to_tiers.sort_order > from_tiers.sort_order
order by net_amount_at_stake desc
