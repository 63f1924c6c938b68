{# Grain: one exchange rate: 1 from_currency = rate to_currency on rate_date, of any source and with any status. #}
{%- set contract = source_contract('landing', 'exchange_rates') -%}
with recorded as (
    select * from {{ ref('stg_landing__exchange_rates') }}
),

{{ resolve_records('recorded', contract) }}

select * from resolved
