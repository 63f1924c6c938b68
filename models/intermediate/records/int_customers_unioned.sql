{# Grain: one version of a customer record, of any source and with any status. #}
{%- set contract = source_contract('landing', 'customers') -%}
with recorded as (
    select * from {{ ref('stg_landing__customers') }}
    union all
    select * from {{ ref('stg_zoho_crm__account') }}
    union all
    select * from {{ ref('stg_zoho_crm__lead') }}
    union all
    select * from {{ ref('stg_fxiaoke__account') }}
    union all
    select * from {{ ref('stg_fxiaoke__leads') }}
    union all
    select * from {{ ref('stg_shopify__customers') }}
),

{{ resolve_records('recorded', contract) }}

select
    resolved.*,
    {{ record_key('source_system', 'customer_ref') }} as record_key,
    {{ record_key('coalesce(parent_customer_ref_source_system, source_system)', 'parent_customer_ref') }} as parent_record_key,
    {{ record_key('coalesce(converted_to_customer_ref_source_system, source_system)', 'converted_to_customer_ref') }}
        as converted_to_record_key
from resolved
