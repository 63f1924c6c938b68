{#
    Grain: one accepted refund in the reporting currency. Decides its rate (the order's in the order's currency, else
    that of its own day), whether it waits, the day it counts on (its own, or its order's if that is later) and how much
    of it counts. Returns on one side, refunds and credit notes on the other, are two views of the same money of an
    order: up to any moment the larger of the two sums counts, at most the order's amount. So nothing counts twice, a
    return counts until a refund comes for it, and a later row never changes what an earlier one counted.
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

cumulated as (
    select
        converted.*,
        cast(
            sum(case when refund_kind = 'return' then claimed_amount else 0 end) over (
                partition by has_order, order_source_system, order_ref
                order by refunded_at, source_system, refund_ref
                rows between unbounded preceding and current row
            ) as decimal(18, 4)
        ) as returned_so_far,
        cast(
            sum(case when refund_kind <> 'return' then claimed_amount else 0 end) over (
                partition by has_order, order_source_system, order_ref
                order by refunded_at, source_system, refund_ref
                rows between unbounded preceding and current row
            ) as decimal(18, 4)
        ) as refunded_so_far
    from converted
    where has_order
),

totals as (
    select
        source_system,
        refund_ref,
        least(greatest(returned_so_far, refunded_so_far), order_gross_amount) as total_amount,
        lag(least(greatest(returned_so_far, refunded_so_far), order_gross_amount)) over (
            partition by order_source_system, order_ref
            order by refunded_at, source_system, refund_ref
        ) as total_before_amount
    from cumulated
),

counted as (
    select
        converted.*,
        case
            when converted.has_order
                then cast(totals.total_amount - coalesce(totals.total_before_amount, 0) as decimal(18, 4))
            else converted.claimed_amount
        end as refunded_amount
    from converted
    left join totals
        on converted.has_order
        and converted.source_system = totals.source_system
        and converted.refund_ref = totals.refund_ref
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
    is_costed,
    refunded_amount,
    cast(claimed_amount - refunded_amount as decimal(18, 4)) as excess_amount
from counted
