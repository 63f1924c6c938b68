{# Grain: one finding about a customer, of any source and with any status. #}
{%- set contract = source_contract('landing', 'customer_flags') -%}
with recorded as (
    select * from {{ ref('stg_landing__customer_flags') }}
),

{{ resolve_records('recorded', contract) }}

select
    resolved.*,
    {{ record_key('coalesce(customer_ref_source_system, source_system)', 'customer_ref') }} as record_key
from resolved
