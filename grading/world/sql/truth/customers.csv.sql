with arrears as (
    select i, least(3, max(ceil(date_diff('day', due_at, the_end()) / 30.0))) as months
    from orders
    where kind = 'organisation' and due_at < the_end() and (paid_at is null or paid_at > the_end())
    group by i
)
select
    customers.i as entity, customers.kind, customers.customer_type, round(customers.late_share, 4) as late_share,
    cast(coalesce(arrears.months, 0) as integer) as months_in_arrears,
    case when customers.kind = 'organisation' then dice('default', customers.i)
        < [0.13, 0.34, 0.69, 0.76][1 + cast(coalesce(arrears.months, 0) as integer)] end as is_later_default, round(yearly_rate, 4) as yearly_rate, round(dropout, 4) as dropout_probability, is_prospect, first_day,
    max(orders.day) as last_day, count(orders.o) as orders, the_end() as observed_to
from customers
left join orders on customers.i = orders.i
left join arrears on customers.i = arrears.i
group by all
order by 1
