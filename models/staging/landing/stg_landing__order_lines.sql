{# Grain: one record of the landing table `order_lines`. Gifts and non-merchandise (postage, fees) are looked at first: they do not count, so their price is not judged. #}
with records as (
{{ typed_columns('landing', 'order_lines') }}
),

accepted_orders as (
    select source_system, order_ref
    from {{ accepted('orders') }} as known_orders
),

other_goods as (
    select source_system, product_ref
    from {{ ref('stg_landing__products') }}
    where fate = 'accepted' and not is_merchandise
),

compared as (
    select
        records.*,
        accepted_orders.order_ref is not null as has_order,
        coalesce(records.is_gift, false) or other_goods.product_ref is not null as is_uncounted
    from records
    left join accepted_orders
        on coalesce(records.order_ref_source_system, records.source_system) = accepted_orders.source_system
        and records.order_ref = accepted_orders.order_ref
    left join other_goods
        on coalesce(records.product_ref_source_system, records.source_system) = other_goods.source_system
        and records.product_ref = other_goods.product_ref
),

judged as (
{{ judged('compared', 'landing', 'order_lines', [
    ['quantity', 'not_positive', 'quantity <= 0 and not is_uncounted'],
    ['unit_price', 'not_positive', 'unit_price <= 0 and not is_uncounted'],
    ['unit_price', 'missing_price', '(unit_price is null or quantity is null) and not is_uncounted'],
    ['order_ref', 'unknown_order', 'order_ref is not null and not has_order'],
]) }}
)

select * from judged
