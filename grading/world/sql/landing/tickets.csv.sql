select
    'TK' || lpad(cast(o as varchar), 8, '0') as ticket_ref,
    opened_day + to_hours(9) as opened_at,
    case when dice('answered', o) < 0.95 then opened_day + to_hours(9 + cast(floor(30 * dice('answered after', o)) as integer)) end as first_response_at,
    case when dice('solved', o) < 0.9 and opened_day + 14 <= the_end() then opened_day + cast(1 + floor(14 * dice('solved after', o)) as integer) end as resolved_at,
    ref as customer_ref,
    'SO' || lpad(cast(o as varchar), 8, '0') as order_ref,
    one_of(['complaint', 'question', 'claim', 'service'], 'ticket kind', o) as category,
    case when customer_type = 'problem' then 'customer' else one_of(['ours', 'customer', 'carrier', 'unknown'], 'whose', o) end as responsibility,
    cast(1 + floor(5 * dice('happy', o)) as integer) as satisfaction_score
from (select *, least(day + 3, the_end()) as opened_day from orders)
where source = 'landing' and dice('ticket', o) < case when customer_type = 'problem' then 0.4 else 0.03 end
order by o
