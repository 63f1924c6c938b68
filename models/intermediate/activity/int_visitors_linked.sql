{#
    Grain: one visitor (a cookie) that is known to be one customer. A visitor who was two customers, a shared device, is
    linked to none.
#}
select
    visitor_key,
    min(customer_key) as customer_key
from {{ ref('int_web_events_named') }}
where visitor_key is not null
group by visitor_key
having min(customer_key) = max(customer_key)
