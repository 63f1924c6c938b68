{#
    Grain: date due x criteria version x graded customer with open business on the date: an order that is promised and not delivered, a
    deal that was won a short while ago, or a valid quote. Said once, by the first of these.
#}
with customers as (
    select customers.*, criteria.won_deal_days, criteria.open_quote_days, criteria.undelivered_lapse_days
    from {{ ref('int_customers_by_date') }} as customers
    inner join {{ ref('int_criteria_by_date') }} as criteria
        on customers.as_of_date = criteria.as_of_date
        and customers.criteria_version = criteria.criteria_version
        and customers.customer_kind = criteria.customer_kind
    where customers.is_graded
),

found as (
    select customers.as_of_date, customers.criteria_version, customers.customer_key, 1 as position, 'open_order' as open_business
    from customers
    inner join {{ ref('int_orders_promised') }} as orders
        on customers.customer_key = orders.customer_key
        and customers.as_of_date >= orders.known_from
        and customers.as_of_date < orders.delivered_date
        and {{ days_after('orders.promised_date', 'customers.undelivered_lapse_days') }} >= customers.as_of_date
    union all
    select customers.as_of_date, customers.criteria_version, customers.customer_key,
        case when pipeline.is_quote then 3 else 2 end, case when pipeline.is_quote then 'valid_quote' else 'won_deal' end
    from customers
    inner join {{ ref('int_pipeline_by_date') }} as pipeline
        on customers.as_of_date = pipeline.as_of_date and customers.customer_key = pipeline.customer_key
    where not pipeline.is_quote and pipeline.outcome = 'won'
        and {{ days_after('pipeline.closed_date', 'customers.won_deal_days') }} > customers.as_of_date
        or pipeline.is_quote and pipeline.outcome = 'open'
        and coalesce(pipeline.expected_date, {{ days_after('pipeline.opened_date', 'customers.open_quote_days') }}) >= customers.as_of_date
)

select
    as_of_date,
    criteria_version,
    customer_key,
    min_by(open_business, position) as open_business
from found
group by as_of_date, criteria_version, customer_key
