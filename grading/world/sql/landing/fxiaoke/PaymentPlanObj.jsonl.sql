select 'FL' || o as _id, 'F' || o as order_id, ref as account_id, cast(amount as varchar) as plan_payment_amount,
    epoch_ms(cast(day + 30 as timestamp)) as plan_payment_time
from orders
where source = 'fxiaoke'
order by o
