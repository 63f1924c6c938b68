{# Grain: one member of staff, of any source and with any status. #}
{%- set contract = source_contract('landing', 'staff') -%}
with recorded as (
    select * from {{ ref('stg_landing__staff') }}
    union all
    select * from {{ ref('stg_fxiaoke__personnel') }}
),

{{ resolve_records('recorded', contract) }}

select * from resolved
