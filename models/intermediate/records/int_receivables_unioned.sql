{# Grain: one receivable, of any source and with any status. #}
{%- set contract = source_contract('landing', 'receivables') -%}
with recorded as (
    select * from {{ ref('stg_landing__receivables') }}
    union all
    select * from {{ ref('stg_zoho_crm__invoice') }}
    union all
    select * from {{ ref('stg_fxiaoke__payment_plan') }}
),

{{ resolve_records('recorded', contract) }}

select
    resolved.*,
    {{ record_key('coalesce(customer_ref_source_system, source_system)', 'customer_ref') }} as record_key,
    coalesce(order_ref_source_system, source_system) as order_source_system
from resolved
