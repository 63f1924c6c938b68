{#
    Grain: one statement of what a customer record agreed to or refused, for one channel and purpose, of any source and
    with any status.
#}
{%- set contract = source_contract('landing', 'consents') -%}
with recorded as (
    select * from {{ ref('stg_landing__consents') }}
),

{{ resolve_records('recorded', contract) }}

select
    resolved.*,
    {{ record_key('coalesce(customer_ref_source_system, source_system)', 'customer_ref') }} as record_key
from resolved
