select
    'PY' || lpad(cast(o as varchar), 8, '0') as payment_ref,
    1 as line_number,
    'RC' || lpad(cast(o as varchar), 8, '0') as receivable_ref,
    paid_at,
    amount, currency
from orders
where source = 'landing' and kind = 'organisation' and paid_at <= the_end()
order by o
