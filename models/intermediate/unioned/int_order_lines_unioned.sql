{{ config(materialized='view') }}
{# Grain: one accepted order line of any source, with the system its order and product live in. #}
select
    raw_table,
    source_system,
    coalesce(order_ref_source_system, source_system) as order_source_system,
    order_ref,
    line_number,
    coalesce(product_ref_source_system, source_system) as product_source_system,
    product_ref,
    quantity,
    unit_price,
    unit_cost,
    discount_amount,
    coalesce(is_gift, false) as is_gift
from {{ accepted('order_lines') }} as accepted
