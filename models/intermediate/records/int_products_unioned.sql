{# Grain: one product, of any source and with any status. #}
{%- set contract = source_contract('landing', 'products') -%}
with recorded as (
    select * from {{ ref('stg_landing__products') }}
    union all
    select * from {{ ref('stg_zoho_crm__product') }}
    union all
    select * from {{ ref('stg_fxiaoke__product') }}
),

{{ resolve_records('recorded', contract) }}

select * from resolved
