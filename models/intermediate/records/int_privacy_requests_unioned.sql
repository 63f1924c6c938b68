{# Grain: one request about personal data, of any source and with any status. #}
{%- set contract = source_contract('landing', 'privacy_requests') -%}
with recorded as (
    select * from {{ ref('stg_landing__privacy_requests') }}
),

{{ resolve_records('recorded', contract) }}

select * from resolved
