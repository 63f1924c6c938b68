{#
    Grain: one amount owed that is not pending: a receivable, or an order with a due date and no receivable. What is open is seen from
    the as-of date; NULL where no customer is named, since nobody's money can cover it.
#}
with aged as (
    select aged.*
    from {{ ref('int_receivables_aged') }} as aged
    inner join {{ ref('int_dates_due') }} as due
        on aged.as_of_date = due.as_of_date and aged.criteria_version = due.criteria_version and due.is_current
)

select
    {{ published_system('receivables.source_system') }} as source_system,
    {{ published_ref('receivables.source_system', 'receivables.receivable_ref') }} as receivable_ref,
    receivables.is_order_due,
    {{ published_ref('receivables.order_source_system', 'receivables.order_ref') }} as order_ref,
    {{ customer_id('records.customer_key') }} as customer_id,
    receivables.issued_date,
    receivables.due_date,
    receivables.is_owed,
    receivables.is_disputed,
    receivables.amount as owed_amount,
    aged.unpaid_amount as open_amount,
    aged.last_covered_date as last_paid_date,
    case when aged.is_open then aged.late_days else 0 end as days_past_due,
    case when not aged.is_open then aged.late_days end as days_late,
    receivables.original_currency,
    receivables.original_amount as owed_original_amount,
    receivables.exchange_rate
from {{ ref('int_receivables_converted') }} as receivables
left join {{ ref('int_records_resolved') }} as records on receivables.record_key = records.record_key
left join aged on receivables.receivable_key = aged.receivable_key
where not receivables.is_pending
