{# Grain: one campaign, of any source and with any status. #}
{%- set contract = source_contract('landing', 'campaigns') -%}
with recorded as (
    select * from {{ ref('stg_landing__campaigns') }}
    union all
    select * from {{ ref('stg_zoho_crm__campaign') }}
    union all
    select * from {{ ref('stg_fxiaoke__marketing_event') }}
),

{{ resolve_records('recorded', contract) }}

select * from resolved
