{# Grain: one entry of a loyalty ledger, of any source and with any status. #}
{%- set contract = source_contract('landing', 'loyalty_entries') -%}
with recorded as (
    select * from {{ ref('stg_landing__loyalty_entries') }}
    union all
    select * from {{ ref('stg_fxiaoke__member_integral_detail') }}
    union all
    select * from {{ ref('stg_fxiaoke__member_growth_value_detail') }}
),

{{ resolve_records('recorded', contract) }}

select
    resolved.*,
    {{ record_key('coalesce(customer_ref_source_system, source_system)', 'customer_ref') }} as record_key
from resolved
