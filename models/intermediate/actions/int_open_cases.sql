{#
    Grain: one customer with an open case at the as-of date: complaints, claims and disputes that are not the customer's own responsibility.
#}
select
    tickets.customer_key,
    cast(count(*) as integer) as case_count,
    min(tickets.known_from) as first_opened_date
from {{ ref('int_tickets_opened') }} as tickets
inner join {{ ref('int_run_settings') }} as settings
    on tickets.known_from <= settings.as_of_date and tickets.resolved_date > settings.as_of_date
where tickets.category in ('complaint', 'claim', 'dispute') and tickets.responsibility <> 'customer'
group by tickets.customer_key
