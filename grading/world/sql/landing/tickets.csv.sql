select
    'TK' || lpad(cast(o as varchar), 8, '0') as ticket_ref,
    least(day + 3, the_end()) as opened_at,
    ref as customer_ref,
    'SO' || lpad(cast(o as varchar), 8, '0') as order_ref,
    one_of(['complaint', 'question', 'claim', 'service'], 'ticket kind', o) as category,
    case when customer_type = 'problem' then 'customer' else one_of(['ours', 'customer', 'carrier', 'unknown'], 'whose', o) end as responsibility,
    cast(1 + floor(5 * dice('happy', o)) as integer) as satisfaction_score
from orders
where source = 'landing' and dice('ticket', o) < case when customer_type = 'problem' then 0.4 else 0.03 end
order by o
