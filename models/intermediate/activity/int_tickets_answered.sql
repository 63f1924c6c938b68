{{ config(materialized='view') }}
{# Grain: one ticket of a customer: how long it waited for an answer and for its end, as far as they had come by the as-of date. #}
select
    records.customer_key,
    tickets.opened_date as known_from,
    tickets.category,
    tickets.responsibility,
    case
        when cast(tickets.first_response_at as date) <= settings.as_of_date and tickets.first_response_at >= tickets.opened_at
            then {{ seconds_between('tickets.opened_at', 'tickets.first_response_at') }} / 3600.0
    end as response_hours,
    case
        when tickets.resolved_date <= settings.as_of_date and tickets.resolved_date >= tickets.opened_date
            then {{ days_between('tickets.opened_date', 'tickets.resolved_date') }}
    end as resolution_days
from {{ ref('int_tickets_converted') }} as tickets
inner join {{ ref('int_records_resolved') }} as records on tickets.record_key = records.record_key
cross join {{ ref('int_run_settings') }} as settings
where not tickets.is_pending
