{# Grain: one action that was done, of any source and with any status. #}
{%- set contract = source_contract('landing', 'actions_done') -%}
with recorded as (
    select * from {{ ref('stg_landing__actions_done') }}
),

{{ resolve_records('recorded', contract) }}

select * from resolved
