select
    ref as customer_ref,
    'email' as channel,
    'marketing' as purpose,
    one_of(['granted', 'granted', 'denied', 'withdrawn'], 'consent', i) as status,
    first_day as given_at
from shop_customers
where dice('asked', i) < 0.5
order by line
