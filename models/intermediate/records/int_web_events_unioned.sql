{# Grain: one event of the web site, of any source and with any status. #}
{%- set contract = source_contract('landing', 'web_events') -%}
with recorded as (
    select * from {{ ref('stg_landing__web_events') }}
    union all
    select * from {{ ref('stg_ga4__events') }}
),

{{ resolve_records('recorded', contract) }}

select * from resolved
