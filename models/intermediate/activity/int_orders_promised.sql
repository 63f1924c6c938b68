{{ config(materialized='view') }}
{# Grain: one purchase with a promised day of delivery. Facts of judgements by date: known from its day, delivered from another. #}
select
    records.customer_key,
    {{ document_key("'order'", 'orders.source_system', 'orders.order_ref') }} as order_key,
    orders.order_date as known_from,
    orders.promised_date,
    greatest(coalesce(orders.delivered_date, date '9999-12-31'), orders.order_date) as delivered_date,
    orders.gross_amount
from {{ ref('int_orders_converted') }} as orders
inner join {{ ref('int_records_resolved') }} as records on orders.record_key = records.record_key
where orders.is_purchase and orders.promised_date is not null
