{# Grain: one opportunity, of any source and with any status. #}
{%- set contract = source_contract('landing', 'opportunities') -%}
with recorded as (
    select * from {{ ref('stg_landing__opportunities') }}
    union all
    select * from {{ ref('stg_zoho_crm__deal') }}
    union all
    select * from {{ ref('stg_fxiaoke__new_opportunity') }}
),

{{ resolve_records('recorded', contract) }}

select
    resolved.*,
    {{ record_key('coalesce(customer_ref_source_system, source_system)', 'customer_ref') }} as record_key,
    cast(opened_at as date) as opened_date
from resolved
