{#
    Grain: currency x day that an amount of money needs a rate for; a landed rate, else the fallback. Orders join this by
    equality; joining each of millions of orders to rate intervals by range would look at every interval of its currency.
#}
with needed as (
    select stated_currency as currency, order_date as rate_date from {{ ref('int_orders_valued') }}
    union
    select currency, refund_date from {{ ref('int_refunds_valued') }}
    union
    select currency, issued_date from {{ ref('int_receivables_valued') }}
    union
    select currency, paid_date from {{ ref('int_payments_valued') }}
    union
    select document_currency, paid_date from {{ ref('int_payments_valued') }}
    union
    select currency, opened_date from {{ ref('int_pipeline_valued') }}
    union
    select currency, opened_date from {{ ref('int_tickets_valued') }}
),

{# Without those that ended before the first day that needs one: the central bank has a quarter of a century. #}
rates as (
    select rates.*
    from {{ ref('int_exchange_rates') }} as rates
    cross join (select min(rate_date) as first_date from needed) as bounds
    where rates.valid_to > bounds.first_date
),

found as (
    select
        needed.currency,
        needed.rate_date,
        max(case when not rates.is_fallback then rates.rate end) as landed_rate,
        max(case when rates.is_fallback then rates.rate end) as fallback_rate
    from needed
    left join rates
        on needed.currency = rates.currency
        and needed.rate_date >= rates.valid_from
        and needed.rate_date < rates.valid_to
    where needed.currency is not null
    group by needed.currency, needed.rate_date
)

select
    found.currency,
    found.rate_date,
    found.landed_rate is null as is_fallback,
    case
        when found.currency = settings.reporting_currency then cast(1 as decimal(18, 10))
        else coalesce(found.landed_rate, found.fallback_rate)
    end as rate
from found
cross join {{ ref('int_run_settings') }} as settings
