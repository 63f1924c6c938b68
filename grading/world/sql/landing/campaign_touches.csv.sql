select 'TC' || c || '-' || i as touch_ref, 'CM' || c as campaign_ref, ref as customer_ref, 'email' as channel,
    date '2025-01-02' + cast(30 * c as integer) as sent_at
from shop_customers, range(11) as numbers(c)
where dice('touched ' || c, i) < 0.1 and copy = 0
order by line, c
