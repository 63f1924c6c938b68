{{ config(materialized='view') }}
{# Grain: one accepted order of any source: what lines and refunds may refer to. #}
select source_system, order_ref
from {{ accepted('orders') }} as known_orders
