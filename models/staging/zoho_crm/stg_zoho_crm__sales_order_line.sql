{# Grain: one record of `sales_order_line` as it was landed, in the columns of the landing table `order_lines`. #}
with records as (
{{ typed_columns('zoho_crm', 'sales_order_line', extra={'is_deleted': "lower(is_deleted)"}) }}
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
{{ judged('compared', 'zoho_crm', 'sales_order_line', [
    ['order_ref', 'deleted_in_source', "is_deleted in ('true', '1', 'yes')"],
    ['unit_price', 'not_positive', "not coalesce(is_gift, false) and unit_price <= 0"],
    ['quantity', 'not_positive', "not coalesce(is_gift, false) and quantity <= 0"],
    ['order_ref', 'unknown_order', "order_ref is not null and is_orphan"],
]) }}
)

select * from judged
