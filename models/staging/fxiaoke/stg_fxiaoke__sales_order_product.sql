{# Grain: one record of `sales_order_product` as it was landed, in the columns of the landing table `order_lines`. #}
{%- set derived = {
    'unit_price': "coalesce(" ~ trimmed('sales_price') ~ ", " ~ trimmed('product_price') ~ ")",
    'updated_at': epoch_or_text('last_modified_time', 1000),
} -%}
with records as (
{{ typed_columns('fxiaoke', 'sales_order_product', derived, extra={'is_deleted': "lower(is_deleted)", 'life_status': "lower(life_status)"}) }}
),

known_orders as (
    select source_system, order_ref
    from {{ accepted('orders') }} as accepted_orders
),

compared as (
    select
        records.*,
        known_orders.order_ref is null as is_orphan
    from records
    left join known_orders
        on coalesce(records.order_ref_source_system, records.source_system) = known_orders.source_system
        and records.order_ref = known_orders.order_ref
),

judged as (
{{ judged('compared', 'fxiaoke', 'sales_order_product', [
    ['order_ref', 'deleted_in_source', "is_deleted in ('true', '1', '是')"],
    ['order_ref', 'invalid_in_source', "life_status in ('invalid', '作废')"],
    ['unit_price', 'not_positive', "not coalesce(is_gift, false) and unit_price <= 0"],
    ['quantity', 'not_positive', "not coalesce(is_gift, false) and quantity <= 0"],
    ['order_ref', 'unknown_order', "order_ref is not null and is_orphan"],
]) }}
)

select * from judged
