select 'FP' || o as _id, 'F' || o as order_id, ref as account_id, cast(amount as varchar) as payment_amount,
    epoch_ms(cast(paid_at as timestamp)) as payment_time
from orders
where source = 'fxiaoke' and paid_at <= the_end()
order by o
