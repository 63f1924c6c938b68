{# Grain: one ticket, of any source and with any status. #}
{%- set contract = source_contract('landing', 'tickets') -%}
with recorded as (
    select * from {{ ref('stg_landing__tickets') }}
    union all
    select * from {{ ref('stg_zoho_crm__case') }}
    union all
    select * from {{ ref('stg_fxiaoke__cases') }}
),

{{ resolve_records('recorded', contract) }}

select * from resolved
