{{ config(materialized='view') }}
{# Grain: one accepted order of any source. The only place that names order sources. #}
select
    raw_table,
    source_system,
    order_ref,
    coalesce(customer_ref_source_system, source_system) as customer_source_system,
    customer_ref,
    {{ record_key('coalesce(customer_ref_source_system, source_system)', 'customer_ref') }} as record_key,
    ordered_at,
    cast(ordered_at as date) as order_date,
    coalesce(status, 'counts') as status_class,
    coalesce(order_type, 'normal') as order_type,
    channel,
    currency,
    exchange_rate,
    amount,
    discount_amount,
    cost_amount
from {{ accepted('orders') }} as accepted
