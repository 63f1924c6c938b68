{# Grain: one answer to a survey, of any source and with any status. #}
{%- set contract = source_contract('landing', 'survey_responses') -%}
with recorded as (
    select * from {{ ref('stg_landing__survey_responses') }}
),

{{ resolve_records('recorded', contract) }}

select * from resolved
