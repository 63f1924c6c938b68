{# Grain: one record of the landing table `refunds`. A refund of an unknown order is kept, with a warning: the money left all the same. #}
{%- set table = landed_table('landing', 'refunds') -%}
with records as (
{{ typed_columns(table) }}
),

compared as (
    select
        records.*,
        accepted_orders.order_ref is not null as has_order
    from records
    left join {{ ref('stg_keys__accepted_orders') }} as accepted_orders
        on coalesce(records.order_ref_source_system, records.source_system) = accepted_orders.source_system
        and records.order_ref = accepted_orders.order_ref
),

judged as (
{{ judged('compared', table, [
    ['amount', 'not_positive', 'amount <= 0'],
    ['order_ref', 'unknown_order', 'order_ref is not null and not has_order'],
]) }}
)

select * from judged
