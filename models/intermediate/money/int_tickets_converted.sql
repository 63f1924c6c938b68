{#
    Grain: one accepted ticket, what it claims in the reporting currency at the rate of the day on which it was opened.
    Pending: opened after the as-of date, or an amount without a rate or too large.
#}
with priced as (
    select
        tickets.*,
        coalesce(tickets.currency, settings.reporting_currency) as original_currency,
        {{ applied_rate('tickets.currency', 'settings.reporting_currency', 'null', 'rates.rate') }} as exchange_rate,
        tickets.opened_date > settings.as_of_date as is_held
    from {{ ref('int_tickets_valued') }} as tickets
    cross join {{ ref('int_run_settings') }} as settings
    left join {{ ref('int_exchange_rates_needed') }} as rates
        on tickets.currency = rates.currency and tickets.opened_date = rates.rate_date
)

select
    priced.*,
    is_held or original_amount is not null and (
        exchange_rate is null or original_amount > {{ largest_amount() }} or not {{ fits_money('original_amount', 'exchange_rate') }}
    ) as is_pending,
    case
        when exchange_rate is not null and original_amount <= {{ largest_amount() }} and {{ fits_money('original_amount', 'exchange_rate') }}
            then {{ converted('original_amount', 'exchange_rate') }}
    end as amount
from priced
