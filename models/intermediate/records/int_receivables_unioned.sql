{# Grain: one receivable, of any source and with any status. #}
{%- set contract = source_contract('landing', 'receivables') -%}
with recorded as (
    select * from {{ ref('stg_landing__receivables') }}
    union all
    select * from {{ ref('stg_zoho_crm__invoice') }}
    union all
    select * from {{ ref('stg_fxiaoke__payment_plan') }}
),

{{ resolve_records('recorded', contract) }}

select * from resolved
