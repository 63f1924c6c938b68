{# Grain: one identifier of a customer record, of any source and with any status. #}
{%- set contract = source_contract('landing', 'identifiers') -%}
with recorded as (
    select * from {{ ref('stg_landing__identifiers') }}
    union all
    select * from {{ ref('stg_fxiaoke__member') }}
),

{{ resolve_records('recorded', contract) }}

select
    resolved.*,
    {{ record_key('coalesce(customer_ref_source_system, source_system)', 'customer_ref') }} as record_key
from resolved
