{# Grain: one referral, of any source and with any status. #}
{%- set contract = source_contract('landing', 'referrals') -%}
with recorded as (
    select * from {{ ref('stg_landing__referrals') }}
),

{{ resolve_records('recorded', contract) }}

select * from resolved
