{# Grain: one accepted ticket that is not pending. #}
select
    {{ published_system('tickets.source_system') }} as source_system,
    {{ published_ref('tickets.source_system', 'tickets.ticket_ref') }} as ticket_ref,
    {{ customer_id('records.customer_key') }} as customer_id,
    {{ published_ref('tickets.order_source_system', 'tickets.order_ref') }} as order_ref,
    {{ published_ref('tickets.source_system', 'tickets.product_ref') }} as product_ref,
    tickets.category as ticket_category,
    tickets.responsibility,
    tickets.opened_at,
    tickets.first_response_at,
    case when tickets.resolved_date <= settings.as_of_date then tickets.resolved_at end as resolved_at,
    tickets.satisfaction_score,
    tickets.amount as claimed_amount
from {{ ref('int_tickets_converted') }} as tickets
cross join {{ ref('int_run_settings') }} as settings
left join {{ ref('int_records_resolved') }} as records on tickets.record_key = records.record_key
where not tickets.is_pending
