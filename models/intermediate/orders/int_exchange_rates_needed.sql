{#
    Grain: currency x day that an order or a refund needs a rate for; a landed rate, else the fallback. Orders join this by equality; joining each of
    millions of orders to rate intervals by range would look at every interval of its currency.
#}
with needed as (
    select stated_currency as currency, order_date as rate_date from {{ ref('int_orders_valued') }}
    union
    select currency, refund_date from {{ ref('int_refunds_valued') }}
)

select
    needed.currency,
    needed.rate_date,
    rates.rate is null as is_fallback,
    case
        when needed.currency = settings.reporting_currency then cast(1 as decimal(18, 10))
        else coalesce(rates.rate, fallback.rate)
    end as rate
from needed
cross join {{ ref('int_run_settings') }} as settings
left join {{ ref('int_exchange_rates') }} as rates
    on needed.currency = rates.currency
    and needed.rate_date >= rates.valid_from
    and needed.rate_date < rates.valid_to
    and not rates.is_fallback
left join {{ ref('int_exchange_rates') }} as fallback
    on needed.currency = fallback.currency
    and needed.rate_date >= fallback.valid_from
    and needed.rate_date < fallback.valid_to
    and fallback.is_fallback
where needed.currency is not null
