{{ config(materialized='view') }}
{#
    Grain: date due x currency that amounts of the criteria or credit limits are stated in, with its rate to the reporting currency on
    the date: a landed one, else the fallback. A currency without a rate then has no row.
#}
with due as (
    select distinct as_of_date from {{ ref('int_dates_due') }}
)

select
    due.as_of_date,
    rates.currency,
    coalesce(max(case when not rates.is_fallback then rates.rate end), max(case when rates.is_fallback then rates.rate end)) as rate
from due
inner join {{ ref('int_reference_rates') }} as rates
    on due.as_of_date >= rates.valid_from and due.as_of_date < rates.valid_to
group by due.as_of_date, rates.currency
union all
select due.as_of_date, settings.reporting_currency, cast(1 as decimal(18, 10))
from due
cross join {{ ref('int_run_settings') }} as settings
