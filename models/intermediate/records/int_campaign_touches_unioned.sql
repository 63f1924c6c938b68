{# Grain: one touch of a campaign, of any source and with any status. #}
{%- set contract = source_contract('landing', 'campaign_touches') -%}
with recorded as (
    select * from {{ ref('stg_landing__campaign_touches') }}
),

{{ resolve_records('recorded', contract) }}

select
    resolved.*,
    {{ record_key('coalesce(customer_ref_source_system, source_system)', 'customer_ref') }} as record_key
from resolved
