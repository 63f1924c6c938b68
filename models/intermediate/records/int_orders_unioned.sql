{# Grain: one order, of any source and with any status. #}
{%- set contract = source_contract('landing', 'orders') -%}
with recorded as (
    select * from {{ ref('stg_landing__orders') }}
    union all
    select * from {{ ref('stg_zoho_crm__sales_order') }}
    union all
    select * from {{ ref('stg_fxiaoke__sales_order') }}
    union all
    select * from {{ ref('stg_shopify__orders') }}
),

{{ resolve_records('recorded', contract) }}

select
    resolved.*,
    {{ record_key('coalesce(customer_ref_source_system, source_system)', 'customer_ref') }} as record_key,
    coalesce(customer_ref_source_system, source_system) as customer_source_system,
    cast(ordered_at as date) as order_date
from resolved
