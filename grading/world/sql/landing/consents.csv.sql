with asked as (
    select ref, i, line, first_day, 'email' as channel, 'consent' as purpose
    from shop_customers
    where dice('asked', i) < 0.5
    union all
    select ref, i, line, first_day, 'sms', 'consent by phone'
    from shop_customers
    where has_phone and dice('asked by phone', i) < 0.4
)

select
    ref as customer_ref,
    channel,
    'marketing' as purpose,
    one_of(['granted', 'granted', 'denied', 'withdrawn'], asked.purpose, i) as status,
    first_day as given_at
from asked
order by line, channel
