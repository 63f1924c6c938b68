{#
    Grain: one accepted payment. Decides what it is for: the receivable it names, else the order, else its customer; what it names
    and nobody knows is as if not named. Fees cover nothing that is owed. A payment for a known document is that
    document's customer's. The currency is its own, else the document's, else its customer's on that day, else the default of its
    source, else NULL (the reporting currency).
#}
with paid as (
    select
        payments.raw_table,
        payments.source_system,
        payments.payment_ref,
        payments.line_number,
        payments.paid_date,
        coalesce(payments.kind, 'balance') as payment_kind,
        payments.method,
        payments.amount as original_amount,
        case
            when receivables.receivable_key is not null then 'receivable'
            when orders.order_ref is not null then 'order'
            else 'customer'
        end as paid_for,
        receivables.receivable_key,
        case when receivables.receivable_key is null then orders.source_system end as order_source_system,
        case when receivables.receivable_key is null then orders.order_ref end as order_ref,
        coalesce(receivables.record_key, orders.record_key, payments.record_key) as record_key,
        payments.currency as own_currency,
        coalesce(receivables.currency, orders.stated_currency) as document_currency
    from {{ ref('int_payments_unioned') }} as payments
    left join {{ ref('int_receivables_valued') }} as receivables
        on payments.receivable_source_system = receivables.source_system
        and payments.receivable_ref = receivables.receivable_ref
        and not receivables.is_order_due
    left join {{ ref('int_orders_valued') }} as orders
        on payments.order_source_system = orders.source_system and payments.order_ref = orders.order_ref
    where payments.record_status = 'accepted'
)

select
    paid.raw_table,
    paid.source_system,
    paid.payment_ref,
    paid.line_number,
    paid.paid_date,
    paid.payment_kind,
    paid.method,
    paid.original_amount,
    paid.paid_for,
    paid.receivable_key,
    paid.order_source_system,
    paid.order_ref,
    paid.record_key,
    paid.document_currency,
    coalesce(paid.own_currency, paid.document_currency, customers.currency, settings.currency) as currency
from paid
{{ currency_look_ups('paid', 'coalesce(paid.own_currency, paid.document_currency)', 'paid.paid_date') }}
