{# Open complaints of A and B customers, the oldest first, with the product they are about. #}
select
    customers.account_owner,
    customers.display_name,
    grades.grade,
    tickets.ticket_category,
    tickets.responsibility,
    tickets.product_ref,
    cast(tickets.opened_at as date) as opened_date,
    publication.as_of_date - cast(tickets.opened_at as date) as open_days
from {{ ref('tickets') }} as tickets
cross join {{ ref('publication') }} as publication
inner join {{ ref('customer_grades') }} as grades on tickets.customer_id = grades.customer_id
inner join {{ ref('customers') }} as customers on tickets.customer_id = customers.customer_id
where tickets.resolved_at is null and tickets.ticket_category in ('complaint', 'claim', 'dispute') and grades.grade in ('A', 'B')
order by open_days desc, tickets.ticket_ref
