{{ config(materialized='view') }}
{# Grain: one ticket of a customer. Facts of judgements by date: known from the day it was opened, and its end from the day it was resolved. #}
select
    records.customer_key,
    {{ document_key("'ticket'", 'tickets.source_system', 'tickets.ticket_ref') }} as ticket_key,
    tickets.opened_date as known_from,
    greatest(coalesce(tickets.resolved_date, date '9999-12-31'), tickets.opened_date) as resolved_date,
    tickets.category,
    tickets.responsibility,
    tickets.amount as claimed_amount
from {{ ref('int_tickets_converted') }} as tickets
inner join {{ ref('int_records_resolved') }} as records on tickets.record_key = records.record_key
where not tickets.is_pending
