{# High-value customers late against their own rhythm. #}
select
    customers.account_owner,
    customers.display_name,
    grades.last_purchase_date,
    grades.expected_next_order_date,
    cast(grades.lateness_ratio as decimal(9, 1)) as times_later_than_usual,
    grades.net_amount_365d
from {{ ref('customer_grades') }} as grades
inner join {{ ref('customers') }} as customers on grades.customer_id = customers.customer_id
where grades.value_tier = 'high' and grades.lateness_ratio >= 2
order by grades.net_amount_365d desc, grades.customer_id
