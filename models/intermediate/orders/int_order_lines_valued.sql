{#
    Grain: one accepted order line. Decides whether it counts (no gift, merchandise), what it is worth and what it
    cost, in the order's currency. A line without price or quantity is worth nothing, whatever its discount, and says so in its
    rule codes.
#}
select
    lines.raw_table,
    lines.source_system,
    lines.order_source_system,
    lines.order_ref,
    lines.line_number,
    lines.product_ref,
    products.category as product_category,
    lines.quantity,
    lines.unit_price,
    not coalesce(lines.is_gift, false) and coalesce(products.is_merchandise, true) as is_counted,
    coalesce(lines.discount_amount, 0) > 0 as is_discounted,
    case
        when not coalesce(lines.is_gift, false) and coalesce(products.is_merchandise, true)
            and lines.quantity is not null and lines.unit_price is not null
            then cast(
                {{ times('lines.quantity', 'lines.unit_price') }} - coalesce(lines.discount_amount, 0) as decimal(18, 4)
            )
        else cast(0 as decimal(18, 4))
    end as line_original_amount,
    case
        when {{ fits_money('lines.quantity', 'coalesce(lines.unit_cost, products.unit_cost)') }}
            then {{ times('lines.quantity', 'coalesce(lines.unit_cost, products.unit_cost)') }}
    end as cost_original_amount
from {{ ref('int_order_lines_unioned') }} as lines
left join {{ ref('int_products_unioned') }} as products
    on lines.product_source_system = products.source_system
    and lines.product_ref = products.product_ref
    and products.record_status = 'accepted'
where lines.record_status = 'accepted'
