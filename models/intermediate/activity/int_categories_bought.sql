{# Grain: customer x category of products that it bought. Facts of judgements by date: known from the first purchase in it. #}
select
    records.customer_key,
    lower(lines.product_category) as product_category,
    min(orders.order_date) as known_from
from {{ ref('int_order_lines_valued') }} as lines
inner join {{ ref('int_orders_converted') }} as orders
    on lines.order_source_system = orders.source_system and lines.order_ref = orders.order_ref
inner join {{ ref('int_records_resolved') }} as records on orders.record_key = records.record_key
where lines.product_category is not null and lines.is_counted and orders.is_purchase
group by records.customer_key, lower(lines.product_category)
