{# Net sales and margin by market, kind and tier: the last 90 days against the same days a year before. #}
select
    customers.market,
    grades.customer_kind,
    grades.value_tier,
    sum(case when orders.order_date > publication.as_of_date - 90 then orders.net_amount else 0 end) as net_amount,
    sum(case when orders.order_date > publication.as_of_date - 90 then orders.margin_amount end) as margin_amount,
    sum(case when orders.order_date <= publication.as_of_date - 365 then orders.net_amount else 0 end) as net_amount_last_year
from {{ ref('orders') }} as orders
cross join {{ ref('publication') }} as publication
inner join {{ ref('customer_grades') }} as grades on orders.customer_id = grades.customer_id
inner join {{ ref('customers') }} as customers on orders.customer_id = customers.customer_id
where orders.order_date > publication.as_of_date - 90
    or orders.order_date > publication.as_of_date - 455 and orders.order_date <= publication.as_of_date - 365
group by customers.market, grades.customer_kind, grades.value_tier
order by net_amount desc, customers.market, grades.customer_kind, grades.value_tier
