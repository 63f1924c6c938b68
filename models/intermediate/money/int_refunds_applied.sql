{#
    Grain: one accepted refund. Decides how much of it counts. Returns on one side, refunds and credit notes on the
    other, are two views of the same money of an order: up to any moment the larger of the two sums counts, at most the
    order's amount. So nothing counts twice, a return counts until a refund comes for it, and a later row never changes
    what an earlier one counted. The rest is excess. Without an order all of it counts. Also which refund leaves less
    than a hundredth of its order, so that the purchase is undone from then on.
#}
with cumulated as (
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
    from {{ ref('int_refunds_converted') }} as converted
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
        end as refunded_amount,
        converted.has_order
        and converted.order_gross_amount - totals.total_amount < 0.01
        and converted.order_gross_amount - coalesce(totals.total_before_amount, 0) >= 0.01 as undoes_order
    from {{ ref('int_refunds_converted') }} as converted
    left join totals
        on converted.source_system = totals.source_system
        and converted.refund_ref = totals.refund_ref
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
    is_pending,
    is_costed,
    refunded_amount,
    undoes_order,
    cast(claimed_amount - refunded_amount as decimal(18, 4)) as excess_amount
from counted
