{# Grain: one interaction, of any source and with any status. #}
{%- set contract = source_contract('landing', 'interactions') -%}
with recorded as (
    select * from {{ ref('stg_landing__interactions') }}
    union all
    select * from {{ ref('stg_zoho_crm__call') }}
    union all
    select * from {{ ref('stg_zoho_crm__event') }}
    union all
    select * from {{ ref('stg_fxiaoke__active_record') }}
    union all
    select * from {{ ref('stg_fxiaoke__checkins') }}
),

{{ resolve_records('recorded', contract) }}

select
    resolved.*,
    {{ record_key('coalesce(customer_ref_source_system, source_system)', 'customer_ref') }} as record_key,
    cast(occurred_at as date) as occurred_date
from resolved
