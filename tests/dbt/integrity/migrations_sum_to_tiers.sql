{# The rows of a start tier sum to the number of customers in that tier at the start of the period. #}
with moved as (
    select period_start, customer_kind, from_tier, sum(customer_count) as customer_count
    from {{ ref('tier_migrations') }}
    where from_tier <> 'entered'
    group by period_start, customer_kind, from_tier
),

standing as (
    select as_of_date, customer_kind, value_tier, count(*) as customer_count
    from {{ ref('customer_grade_history') }}
    where not is_current
    group by as_of_date, customer_kind, value_tier
)

select standing.as_of_date, standing.customer_kind, standing.value_tier
from standing
full outer join moved
    on standing.as_of_date = moved.period_start
    and standing.customer_kind = moved.customer_kind
    and standing.value_tier = moved.from_tier
where standing.customer_count is distinct from moved.customer_count
