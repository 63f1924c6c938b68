{{ config(materialized='view') }}
{#
    Grain: currency in use with its rate to the reporting currency at the as-of date: a landed one, else the fallback. What has no day of its own
    (an income, a budget) is converted by it.
#}
select
    rates.currency,
    coalesce(max(case when not rates.is_fallback then rates.rate end), max(case when rates.is_fallback then rates.rate end)) as rate
from {{ ref('int_exchange_rates') }} as rates
inner join {{ ref('int_run_settings') }} as settings
    on rates.valid_from <= settings.as_of_date and rates.valid_to > settings.as_of_date and rates.currency <> settings.reporting_currency
group by rates.currency
union all
select reporting_currency, cast(1 as decimal(18, 10))
from {{ ref('int_run_settings') }}
