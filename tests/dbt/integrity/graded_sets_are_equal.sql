{# The same customers are graded, ranked and in the current slice of the history. #}
with graded as (select customer_id from {{ ref('customers') }} where is_graded),

sets as (
    select customer_id, 'customer_grades' as table_name from {{ ref('customer_grades') }}
    union all
    select customer_id, 'customer_rankings' from {{ ref('customer_rankings') }}
    union all
    select customer_id, 'customer_grade_history' from {{ ref('customer_grade_history') }} where is_current
),

counted as (
    select customer_id, count(distinct table_name) as tables
    from sets
    group by customer_id
)

select coalesce(graded.customer_id, counted.customer_id) as customer_id
from graded
full outer join counted on graded.customer_id = counted.customer_id
where coalesce(counted.tables, 0) <> 3 or graded.customer_id is null
