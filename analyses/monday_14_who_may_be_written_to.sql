{# How many A and B customers may be written to for marketing, by e-mail or text message, by country. #}
select
    customers.country_code,
    count(*) as customer_count,
    count(case when customers.can_email then 1 end) as email_count,
    count(case when customers.can_sms then 1 end) as sms_count
from {{ ref('customer_grades') }} as grades
inner join {{ ref('customers') }} as customers on grades.customer_id = customers.customer_id
where grades.grade in ('A', 'B')
group by customers.country_code
order by customer_count desc, customers.country_code
