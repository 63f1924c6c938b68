select
    one.ref as referrer_customer_ref,
    other.ref as referred_customer_ref,
    other.first_day as referred_at
from shop_customers as one
join shop_customers as other on other.i = (one.i * 7 + 3) % getvariable('customers') and other.copy = 0 and other.i <> one.i
where dice('refers', one.i) < 0.03 and one.copy = 0
order by one.line
