{#
    Grain: one customer at the as-of date with a channel that it grants. Whether it may be written to for marketing. Unknown is not granted.
#}
select
    customer_key,
    max(case when channel = 'email' then 1 else 0 end) = 1 as can_email,
    max(case when channel = 'sms' then 1 else 0 end) = 1 as can_sms
from {{ ref('int_channel_permissions') }}
where is_granted
group by customer_key
