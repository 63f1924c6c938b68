{# Grain: one quote, of any source and with any status. #}
{%- set contract = source_contract('landing', 'quotes') -%}
with recorded as (
    select * from {{ ref('stg_landing__quotes') }}
    union all
    select * from {{ ref('stg_zoho_crm__quote') }}
    union all
    select * from {{ ref('stg_fxiaoke__quote') }}
),

{{ resolve_records('recorded', contract) }}

select
    resolved.*,
    {{ record_key('coalesce(customer_ref_source_system, source_system)', 'customer_ref') }} as record_key,
    cast(quoted_at as date) as quoted_date
from resolved
