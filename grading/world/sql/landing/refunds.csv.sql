select
    'RF' || lpad(cast(o as varchar), 8, '0') as refund_ref,
    least(day + cast(floor(25 * dice('after', o)) as integer), the_end()) as refunded_at,
    case when dice('too much', o) < 0.02 then amount * 2 else round(amount * (0.2 + 0.8 * dice('part', o)), 2) end as amount,
    case when dice('lost', o) < 0.05 then null else 'SO' || lpad(cast(o as varchar), 8, '0') end as order_ref,
    ref as customer_ref,
    one_of(['refund', 'return', 'credit note'], 'refund kind', o) as kind,
    currency
from orders
where source = 'landing' and dice('refunded', o) < case when customer_type = 'problem' then 0.3 else 0.04 end and amount >= 1
order by o
