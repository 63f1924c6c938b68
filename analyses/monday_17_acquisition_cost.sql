{# What did a new customer cost? The campaigns of the last 90 days with their new customers (first purchase within 30 days after the first message). #}
select
    campaign_ref,
    started_date,
    customer_count as reached_count,
    new_customer_count,
    cost_amount,
    acquisition_cost_amount
from {{ ref('campaign_performance') }}
where started_date > (select as_of_date from {{ ref('publication') }}) - 90
order by acquisition_cost_amount nulls last, started_date, campaign_ref
