select
    'SV' || lpad(cast(o as varchar), 8, '0') as response_ref,
    least(day + 7, the_end()) as responded_at,
    'nps' as survey,
    -- Most say 8 or 10, who is content answers more often.
    case
        when dice('mood', i) >= 0.5 then [8, 8, 8, 9, 10, 10, 10, 7][1 + cast(floor(8 * dice('nps', o)) as integer)]
        else [0, 2, 3, 5, 6, 7, 8, 8][1 + cast(floor(8 * dice('nps', o)) as integer)]
    end as score,
    ref as customer_ref
from orders
where source = 'landing' and dice('answers', o) < 0.02 + 0.04 * dice('mood', i)
order by o
