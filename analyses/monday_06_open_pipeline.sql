{# Open pipeline by owner, tier and stage, weighted, and what has stood for over 30 days. #}
select
    customers.account_owner,
    coalesce(grades.value_tier, 'none') as value_tier,
    deals.stage,
    count(*) as document_count,
    sum(deals.amount) as amount,
    sum(cast(deals.amount * deals.win_probability_share as decimal(18, 4))) as weighted_amount,
    count(case when deals.opened_date < publication.as_of_date - 30 then 1 end) as older_than_30_days_count
from {{ ref('opportunities') }} as deals
cross join {{ ref('publication') }} as publication
left join {{ ref('customers') }} as customers on deals.customer_id = customers.customer_id
left join {{ ref('customer_grades') }} as grades on deals.customer_id = grades.customer_id
where deals.outcome = 'open'
group by customers.account_owner, coalesce(grades.value_tier, 'none'), deals.stage
order by amount desc nulls last, customers.account_owner, value_tier, deals.stage
