{#
    Grain: one customer with an open case at the as-of date: complaints, claims and disputes that are not the customer's own responsibility. Without a day
    of resolution a case lapses, as it does for risk: nobody closes old tickets.
#}
select
    tickets.customer_key,
    cast(count(*) as integer) as case_count,
    min(tickets.known_from) as first_opened_date
from {{ ref('int_tickets_opened') }} as tickets
inner join {{ ref('int_customers_by_date') }} as existing on tickets.customer_key = existing.customer_key and existing.is_current
inner join {{ ref('int_criteria_by_date') }} as criteria
    on existing.as_of_date = criteria.as_of_date
    and existing.criteria_version = criteria.criteria_version
    and existing.customer_kind = criteria.customer_kind
where tickets.category in ('complaint', 'claim', 'dispute')
    and tickets.responsibility <> 'customer'
    and tickets.known_from <= criteria.as_of_date
    and tickets.resolved_date > criteria.as_of_date
    and {{ days_after('tickets.known_from', 'criteria.dispute_lapse_days') }} > criteria.as_of_date
group by tickets.customer_key
