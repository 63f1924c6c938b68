{{ config(materialized='view') }}
{# Grain: one landed rate of any source: 1 from_currency = rate to_currency on rate_date. #}
select
    rate_date,
    from_currency,
    to_currency,
    max(rate) as rate
from {{ accepted('exchange_rates') }} as accepted
group by rate_date, from_currency, to_currency
