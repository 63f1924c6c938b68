{# Grain: one touch of a campaign, of any source and with any status. #}
{%- set contract = source_contract('landing', 'campaign_touches') -%}
with recorded as (
    select * from {{ ref('stg_landing__campaign_touches') }}
),

{{ resolve_records('recorded', contract) }}

select * from resolved
