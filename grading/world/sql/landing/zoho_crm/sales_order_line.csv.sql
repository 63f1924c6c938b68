select 'Z' || o as sales_order_id, 1 as line_number, 'P' || o % 40 as product_id, 2 as quantity, round(amount / 2, 2) as list_price, 0 as discount
from orders
where source = 'zoho_crm' and amount >= 1
order by o
