{#
    Grain: one accepted refund in the reporting currency. Decides its rate (the order's in the order's currency, else
    that of its own day), whether it waits, the day it counts on (its own, or its order's if that is later) and how much
    of it counts: at most what is left of the order, in the order of refunded_at and refund_ref; the rest is excess. A
    return counts only where no refund or credit note of the same order does.
#}
with priced as (
    select
        refunds.*,
        case
            when coalesce(refunds.currency, settings.reporting_currency) = settings.reporting_currency
                then cast(1 as decimal(18, 10))
            when refunds.has_order and refunds.currency = orders.original_currency then orders.exchange_rate
            else rates.rate
        end as exchange_rate,
        coalesce(orders.gross_amount, cast(0 as decimal(18, 4))) as order_gross_amount,
        coalesce(orders.is_purchase, false) as is_of_purchase,
        orders.cost_amount is not null as is_costed,
        coalesce(orders.is_waiting, false) or refunds.refund_date > settings.as_of_date as is_held,
        greatest(refunds.refund_date, coalesce(orders.order_date, refunds.refund_date)) as effective_date
    from {{ ref('int_refunds_valued') }} as refunds
    cross join {{ ref('int_run_settings') }} as settings
    left join {{ ref('int_orders_converted') }} as orders
        on refunds.has_order
        and refunds.order_source_system = orders.source_system
        and refunds.order_ref = orders.order_ref
    left join {{ ref('int_exchange_rates_needed') }} as rates
        on refunds.currency = rates.currency and refunds.refund_date = rates.rate_date
),

converted as (
    select
        priced.*,
        is_held or exchange_rate is null as is_waiting,
        case
            when is_held or exchange_rate is null then cast(0 as decimal(18, 4))
            else {{ times('original_amount', 'exchange_rate') }}
        end as claimed_amount
    from priced
),

weighed as (
    select
        converted.*,
        refund_kind = 'return' and has_order and max(case when refund_kind <> 'return' and not is_waiting then 1 else 0 end)
            over (partition by has_order, order_source_system, order_ref) = 1 as is_replaced
    from converted
),

queued as (
    select
        weighed.*,
        cast(
            sum(case when is_replaced then 0 else claimed_amount end) over (
                partition by has_order, order_source_system, order_ref
                order by refunded_at, source_system, refund_ref
                rows between unbounded preceding and current row
            ) - case when is_replaced then 0 else claimed_amount end as decimal(18, 4)
        ) as claimed_before_amount
    from weighed
),

counted as (
    select
        queued.*,
        case
            when is_waiting or is_replaced then cast(0 as decimal(18, 4))
            when has_order
                then greatest(
                    least(claimed_amount, cast(order_gross_amount - claimed_before_amount as decimal(18, 4))),
                    cast(0 as decimal(18, 4))
                )
            else claimed_amount
        end as refunded_amount
    from queued
)

select
    source_system,
    refund_ref,
    refund_kind,
    refunded_at,
    refund_date,
    effective_date,
    reason,
    record_key,
    has_order,
    order_source_system,
    order_ref,
    coalesce(currency, (select max(reporting_currency) from {{ ref('int_run_settings') }})) as original_currency,
    original_amount,
    exchange_rate,
    is_waiting,
    is_replaced,
    is_costed,
    refunded_amount,
    case
        when is_replaced then cast(0 as decimal(18, 4))
        else cast(claimed_amount - refunded_amount as decimal(18, 4))
    end as excess_amount
from counted
