select
    'Z' || o as id, ref as account_id, strftime(cast(day as timestamp) + clock, '%Y-%m-%d %H:%M:%S') as created_time,
    case when fate < 0.02 then 'Cancelled' when fate < 0.04 then 'Created' else 'Delivered' end as status,
    amount as sub_total, 0 as discount, round(amount * 0.19, 2) as tax, round(amount * 1.19, 2) as grand_total, currency,
    strftime(cast(day as timestamp) + clock, '%Y-%m-%d %H:%M:%S') as modified_time
from orders
where source = 'zoho_crm'
order by o
