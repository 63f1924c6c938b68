{#
    Grain: one amount owed by a customer, in the currency it is owed in, with its rate to the reporting currency. Facts of judgements by date:
    known from the day of its invoice or order.
#}
select
    records.customer_key,
    receivables.receivable_key,
    coalesce({{ document_key("'order'", 'receivables.order_source_system', 'receivables.order_ref') }}, receivables.receivable_key)
        as order_key,
    receivables.issued_date as known_from,
    receivables.due_date,
    receivables.is_disputed,
    receivables.original_currency,
    receivables.original_amount,
    receivables.exchange_rate
from {{ ref('int_receivables_converted') }} as receivables
inner join {{ ref('int_records_resolved') }} as records on receivables.record_key = records.record_key
where receivables.is_owed and not receivables.is_pending
