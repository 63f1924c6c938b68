{#
    Grain: what payments are for (one receivable, one order, or whatever a customer owes) x currency x day, with the money
    received for it on the day and up to it. Facts of judgements by date: later money changes no earlier row. Of fees nothing is
    covered. Credit notes and returns of an order lower what is owed for it, as money does.
#}
with received as (
    select
        records.customer_key,
        payments.paid_for,
        case payments.paid_for
            when 'receivable' then payments.receivable_key
            when 'order' then payments.order_key
            else records.customer_key
        end as target_key,
        payments.covered_currency,
        payments.paid_date as known_from,
        payments.covering_amount,
        payments.covering_amount as paid_amount,
        payments.amount
    from {{ ref('int_payments_converted') }} as payments
    inner join {{ ref('int_records_resolved') }} as records on payments.record_key = records.record_key
    where not payments.is_pending and payments.payment_kind <> 'fee'
    union all
    select
        records.customer_key,
        'order',
        {{ document_key("'order'", 'refunds.order_source_system', 'refunds.order_ref') }},
        refunds.original_currency,
        refunds.effective_date,
        case
            when refunds.excess_amount = 0 then refunds.original_amount
            else cast(cast(refunds.refunded_amount as double) / cast(refunds.exchange_rate as double) as decimal(18, 4))
        end,
        cast(0 as decimal(18, 4)),
        cast(0 as decimal(18, 4))
    from {{ ref('int_refunds_applied') }} as refunds
    inner join {{ ref('int_records_resolved') }} as records on refunds.record_key = records.record_key
    where refunds.has_order and refunds.refund_kind in ('return', 'credit_note') and refunds.refunded_amount > 0
),

by_day as (
    select
        customer_key,
        paid_for,
        target_key,
        covered_currency,
        known_from,
        cast(sum(covering_amount) as decimal(18, 4)) as covering_amount,
        cast(sum(paid_amount) as decimal(18, 4)) as paid_amount,
        cast(sum(amount) as decimal(18, 4)) as amount
    from received
    group by customer_key, paid_for, target_key, covered_currency, known_from
)

select
    by_day.*,
    cast(sum(covering_amount) over (
        partition by paid_for, target_key, covered_currency order by known_from rows between unbounded preceding and current row
    ) as decimal(18, 4)) as covering_so_far
from by_day
