{{ config(materialized='view') }}
{#
    Grain: one rate of any source: 1 from_currency = rate to_currency on rate_date. The European Central Bank's are a
    fallback where nothing was landed.
#}
select
    rate_date,
    from_currency,
    to_currency,
    max(rate) as rate,
    false as is_fallback
from {{ accepted('exchange_rates') }} as accepted
group by rate_date, from_currency, to_currency
union all
select rate_date, 'EUR', currency, rate, true
from {{ source('grading', 'ecb_rates') }}
where {{ 'true' if var('uses_ecb_rates') else 'false' }}
