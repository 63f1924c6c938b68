{#
    Grain: one refund, return or credit note, of any source and with any status. A refund of an unknown order is kept, with a
    warning: the money left all the same.
#}
{%- set contract = source_contract('landing', 'refunds') -%}
with recorded as (
    select * from {{ ref('stg_landing__refunds') }}
    union all
    select * from {{ ref('stg_fxiaoke__refund') }}
    union all
    select * from {{ ref('stg_fxiaoke__returned_goods_invoice') }}
    union all
    select * from {{ ref('stg_shopify__refunds') }}
),

compared as (
    select
        recorded.*,
        orders.order_ref is not null as has_order
    from recorded
    left join {{ ref('int_orders_unioned') }} as orders
        on coalesce(recorded.order_ref_source_system, recorded.source_system) = orders.source_system
        and recorded.order_ref = orders.order_ref
        and orders.record_status = 'accepted'
),

validated as (
{{ validate_records('compared', contract, [
    ['order_ref', 'unknown_order', 'order_ref is not null and not has_order'],
], continues=true) }}
),

{{ resolve_records('validated', contract) }}

select
    resolved.*,
    {{ record_key('coalesce(customer_ref_source_system, source_system)', 'customer_ref') }} as record_key,
    coalesce(order_ref_source_system, source_system) as order_source_system,
    cast(refunded_at as date) as refund_date
from resolved
