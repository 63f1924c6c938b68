{# Grain: one action that was done, of any source and with any status. #}
{%- set contract = source_contract('landing', 'actions_done') -%}
with recorded as (
    select * from {{ ref('stg_landing__actions_done') }}
),

{{ resolve_records('recorded', contract) }}

select
    resolved.*,
    {{ record_key('coalesce(customer_ref_source_system, source_system)', 'customer_ref') }} as record_key
from resolved
