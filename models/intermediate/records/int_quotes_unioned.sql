{# Grain: one quote, of any source and with any status. #}
{%- set contract = source_contract('landing', 'quotes') -%}
with recorded as (
    select * from {{ ref('stg_landing__quotes') }}
    union all
    select * from {{ ref('stg_zoho_crm__quote') }}
    union all
    select * from {{ ref('stg_fxiaoke__quote') }}
),

{{ resolve_records('recorded', contract) }}

select * from resolved
