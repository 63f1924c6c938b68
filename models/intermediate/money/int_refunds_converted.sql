{#
    Grain: one accepted refund in the reporting currency. Decides its rate (the order's in the order's currency, else
    that of its own day), whether it is pending (dated after the as-of date, no rate, or its order is pending), and the day it
    counts on: its own, or its order's if that is later.
#}
with priced as (
    select
        refunds.*,
        coalesce(refunds.currency, settings.reporting_currency) as original_currency,
        {{ applied_rate(
            'refunds.currency',
            'settings.reporting_currency',
            'case when refunds.has_order and refunds.currency = orders.original_currency then orders.exchange_rate end',
            'rates.rate',
        ) }} as exchange_rate,
        coalesce(orders.gross_amount, cast(0 as decimal(18, 4))) as order_gross_amount,
        orders.cost_amount is not null as is_costed,
        coalesce(orders.is_pending, false) or refunds.refund_date > settings.as_of_date as is_held,
        greatest(refunds.refund_date, coalesce(orders.order_date, refunds.refund_date)) as effective_date
    from {{ ref('int_refunds_valued') }} as refunds
    cross join {{ ref('int_run_settings') }} as settings
    left join {{ ref('int_orders_converted') }} as orders
        on refunds.order_source_system = orders.source_system
        and case when refunds.has_order then refunds.order_ref end = orders.order_ref
    left join {{ ref('int_exchange_rates_needed') }} as rates
        on refunds.currency = rates.currency and refunds.refund_date = rates.rate_date
)

select
    raw_table,
    source_system,
    refund_ref,
    refund_kind,
    refunded_at,
    refund_date,
    effective_date,
    record_key,
    has_order,
    order_source_system,
    order_ref,
    original_currency,
    original_amount,
    exchange_rate,
    is_held or exchange_rate is null or not {{ fits_money('original_amount', 'exchange_rate') }} as is_pending,
    is_costed,
    order_gross_amount,
    case
        when is_held or exchange_rate is null or not {{ fits_money('original_amount', 'exchange_rate') }}
            then cast(0 as decimal(18, 4))
        else {{ converted('original_amount', 'exchange_rate') }}
    end as claimed_amount
from priced
