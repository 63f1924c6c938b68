{#
    Grain: one order line, of any source and with any status. Gifts and non-merchandise (postage, fees) are looked at
    first: they do not count, so their price is not validated. A line of an order that is unknown or was not accepted is
    rejected.
#}
{%- set contract = source_contract('landing', 'order_lines') -%}
with recorded as (
    select * from {{ ref('stg_landing__order_lines') }}
    union all
    select * from {{ ref('stg_zoho_crm__sales_order_line') }}
    union all
    select * from {{ ref('stg_fxiaoke__sales_order_product') }}
    union all
    select * from {{ ref('stg_shopify__order_lines') }}
),

compared as (
    select
        recorded.*,
        orders.order_ref is not null as has_order,
        coalesce(recorded.is_gift, false) or other_goods.product_ref is not null as is_uncounted
    from recorded
    left join {{ ref('int_orders_unioned') }} as orders
        on coalesce(recorded.order_ref_source_system, recorded.source_system) = orders.source_system
        and recorded.order_ref = orders.order_ref
        and orders.record_status = 'accepted'
    left join {{ ref('int_products_unioned') }} as other_goods
        on coalesce(recorded.product_ref_source_system, recorded.source_system) = other_goods.source_system
        and recorded.product_ref = other_goods.product_ref
        and other_goods.record_status = 'accepted'
        and not other_goods.is_merchandise
),

validated as (
{{ validate_records('compared', contract, [
    ['quantity', 'not_positive', 'quantity <= 0 and not is_uncounted'],
    ['unit_price', 'not_positive', 'unit_price <= 0 and not is_uncounted'],
    ['unit_price', 'missing_price', '(unit_price is null or quantity is null) and not is_uncounted'],
    ['unit_price', 'amount_too_large', 'cast(quantity as double) * cast(unit_price as double) > ' ~ largest_amount() | trim],
    ['order_ref', 'unknown_order', 'order_ref is not null and not has_order'],
], continues=true) }}
),

{{ resolve_records('validated', contract) }}

select
    resolved.*,
    coalesce(order_ref_source_system, source_system) as order_source_system,
    coalesce(product_ref_source_system, source_system) as product_source_system
from resolved
