{# Grain: one payment, of any source and with any status. #}
{%- set contract = source_contract('landing', 'payments') -%}
with recorded as (
    select * from {{ ref('stg_landing__payments') }}
    union all
    select * from {{ ref('stg_fxiaoke__order_payment') }}
),

{{ resolve_records('recorded', contract) }}

select
    resolved.*,
    {{ record_key('coalesce(customer_ref_source_system, source_system)', 'customer_ref') }} as record_key,
    coalesce(order_ref_source_system, source_system) as order_source_system,
    coalesce(receivable_ref_source_system, source_system) as receivable_source_system,
    cast(paid_at as date) as paid_date
from resolved
