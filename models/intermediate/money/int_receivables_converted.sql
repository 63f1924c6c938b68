{#
    Grain: one amount owed, in the reporting currency. Decides its rate (its order's in its order's currency, else that of the day
    from which it is known) and whether it is pending: known after the as-of date, without a rate, too large, or of a pending order.
#}
with priced as (
    select
        receivables.*,
        coalesce(receivables.currency, settings.reporting_currency) as original_currency,
        {{ applied_rate(
            'receivables.currency',
            'settings.reporting_currency',
            'case when receivables.currency = orders.original_currency then orders.exchange_rate end',
            'rates.rate',
        ) }} as exchange_rate,
        coalesce(orders.is_pending, false) or receivables.issued_date > settings.as_of_date as is_held
    from {{ ref('int_receivables_valued') }} as receivables
    cross join {{ ref('int_run_settings') }} as settings
    left join {{ ref('int_orders_converted') }} as orders
        on receivables.order_source_system = orders.source_system and receivables.order_ref = orders.order_ref
    left join {{ ref('int_exchange_rates_needed') }} as rates
        on receivables.currency = rates.currency and receivables.issued_date = rates.rate_date
),

decided as (
    select
        priced.*,
        is_held or exchange_rate is null
        or original_amount > {{ largest_amount() }}
        or not {{ fits_money('original_amount', 'exchange_rate') }} as is_pending
    from priced
)

select
    raw_table,
    source_system,
    receivable_ref,
    receivable_key,
    is_order_due,
    order_source_system,
    order_ref,
    record_key,
    due_date,
    issued_date,
    is_disputed,
    is_owed,
    original_currency,
    original_amount,
    exchange_rate,
    is_pending,
    case
        when is_pending then cast(0 as decimal(18, 4))
        else {{ converted('original_amount', 'exchange_rate') }}
    end as amount
from decided
