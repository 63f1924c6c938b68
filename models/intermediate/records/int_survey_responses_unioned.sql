{# Grain: one answer to a survey, of any source and with any status. #}
{%- set contract = source_contract('landing', 'survey_responses') -%}
with recorded as (
    select * from {{ ref('stg_landing__survey_responses') }}
),

{{ resolve_records('recorded', contract) }}

select
    resolved.*,
    {{ record_key('coalesce(customer_ref_source_system, source_system)', 'customer_ref') }} as record_key,
    cast(responded_at as date) as responded_date
from resolved
