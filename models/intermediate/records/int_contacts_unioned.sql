{# Grain: one contact of a customer record, of any source and with any status. #}
{%- set contract = source_contract('landing', 'contacts') -%}
with recorded as (
    select * from {{ ref('stg_landing__contacts') }}
    union all
    select * from {{ ref('stg_zoho_crm__contact') }}
    union all
    select * from {{ ref('stg_fxiaoke__contact') }}
),

{{ resolve_records('recorded', contract) }}

select
    resolved.*,
    {{ record_key('coalesce(customer_ref_source_system, source_system)', 'customer_ref') }} as record_key
from resolved
