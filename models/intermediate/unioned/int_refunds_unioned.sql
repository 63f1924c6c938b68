{{ config(materialized='view') }}
{# Grain: one accepted refund, return or credit note of any source. #}
select
    raw_table,
    source_system,
    refund_ref,
    refunded_at,
    cast(refunded_at as date) as refund_date,
    coalesce(order_ref_source_system, source_system) as order_source_system,
    order_ref,
    customer_ref,
    {{ record_key('coalesce(customer_ref_source_system, source_system)', 'customer_ref') }} as record_key,
    coalesce(kind, 'refund') as refund_kind,
    currency,
    amount
from {{ accepted('refunds') }} as accepted
