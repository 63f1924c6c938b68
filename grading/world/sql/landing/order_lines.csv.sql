select
    'SO' || lpad(cast(o as varchar), 8, '0') as order_ref,
    line_number,
    'P' || lpad(cast(cast(floor(case when customer_type = 'convenience' then 4 * (i % 10) + 4 * dice('product ' || line_number, o)
        else 40 * dice('product ' || line_number, o) end) as integer) as varchar), 3, '0') as product_ref,
    1 as quantity,
    case
        when dice('price dirt', o) < 0.005 then 0
        else greatest(0.01, round((amount + case when is_discounted(customer_type, o) then round(amount * 0.1, 2) else 0 end) / 2, 2))
    end as unit_price,
    round(amount / 2 * (0.4 + 0.3 * dice('cost', o)), 2) as unit_cost,
    case when dice('gift', o) < 0.01 and line_number = 2 then 'yes' end as is_gift
from orders, (values (1), (2)) as numbers(line_number)
where source = 'landing' and (dice('detailed', o) < 0.5 or dice('lines only', o) < 0.1)
order by o, line_number
