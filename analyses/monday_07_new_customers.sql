{# New customers of the last seven days by the channel that brought them, with their first orders. What a campaign cost per buyer is in campaign_performance. #}
select
    coalesce(customers.acquisition_channel, 'unknown') as acquisition_channel,
    grades.customer_kind,
    count(*) as customer_count,
    sum(grades.net_amount) as net_amount
from {{ ref('customer_grades') }} as grades
inner join {{ ref('customers') }} as customers on grades.customer_id = customers.customer_id
where grades.first_purchase_date > grades.as_of_date - 7
group by coalesce(customers.acquisition_channel, 'unknown'), grades.customer_kind
order by customer_count desc, net_amount desc, acquisition_channel, grades.customer_kind
