select 'F' || o as _id, ref as account_id, cast(amount as varchar) as order_amount, epoch_ms(cast(day as timestamp) + clock) as order_time,
    case when fate < 0.02 then 'invalid' when fate < 0.04 then 'under_review' else 'normal' end as life_status, 'CNY' as mc_currency,
    epoch_ms(cast(day as timestamp) + clock) as last_modified_time
from orders
where source = 'fxiaoke'
order by o
