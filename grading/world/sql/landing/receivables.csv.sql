select
    'RC' || lpad(cast(o as varchar), 8, '0') as receivable_ref,
    'SO' || lpad(cast(o as varchar), 8, '0') as order_ref,
    ref as customer_ref,
    due_at,
    amount, currency,
    day + 1 as invoiced_at,
    case when dice('disputed', o) < 0.23 then 'yes' else 'no' end as is_disputed
from orders
where source = 'landing' and kind = 'organisation'
order by o
