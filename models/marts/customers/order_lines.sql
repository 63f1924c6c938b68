{# Grain: one accepted line of an order that is not pending. #}
select
    {{ published_system('lines.source_system') }} as source_system,
    {{ published_ref('lines.order_source_system', 'lines.order_ref') }} as order_ref,
    lines.line_number,
    {{ published_ref('lines.source_system', 'lines.product_ref') }} as product_ref,
    {{ published_word('lines.product_category', 'product_category') }} as product_category,
    {{ customer_id('records.customer_key') }} as customer_id,
    orders.order_date,
    lines.is_counted and orders.is_purchase as is_counted,
    lines.quantity,
    case
        when lines.is_counted and orders.is_purchase and {{ fits_money('lines.line_original_amount', 'orders.exchange_rate') }}
            then {{ converted('lines.line_original_amount', 'orders.exchange_rate') }}
        else cast(0 as decimal(18, 4))
    end as line_amount,
    orders.original_currency,
    lines.line_original_amount
from {{ ref('int_order_lines_valued') }} as lines
inner join {{ ref('int_orders_netted') }} as orders
    on lines.order_source_system = orders.source_system and lines.order_ref = orders.order_ref
left join {{ ref('int_records_resolved') }} as records on orders.record_key = records.record_key
{{ join_word('lower(lines.product_category)', 'product_category') }}
