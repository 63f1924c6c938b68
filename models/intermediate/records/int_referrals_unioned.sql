{# Grain: one referral, of any source and with any status. #}
{%- set contract = source_contract('landing', 'referrals') -%}
with recorded as (
    select * from {{ ref('stg_landing__referrals') }}
),

{{ resolve_records('recorded', contract) }}

select
    resolved.*,
    {{ record_key('coalesce(referrer_customer_ref_source_system, source_system)', 'referrer_customer_ref') }} as referrer_record_key,
    {{ record_key('coalesce(referred_customer_ref_source_system, source_system)', 'referred_customer_ref') }} as referred_record_key,
    cast(referred_at as date) as referred_date
from resolved
