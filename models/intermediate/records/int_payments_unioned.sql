{# Grain: one payment, of any source and with any status. #}
{%- set contract = source_contract('landing', 'payments') -%}
with recorded as (
    select * from {{ ref('stg_landing__payments') }}
    union all
    select * from {{ ref('stg_fxiaoke__order_payment') }}
),

{{ resolve_records('recorded', contract) }}

select * from resolved
