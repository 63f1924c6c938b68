{#
    Grain: date due x criteria version x graded customer: what serving it costs, in the RFM window: complaints, claims and disputes of its
    own making, what it claimed in them, and the share of its contacts that were unfriendly, in their own window.
    Tickets and claims are known of a kind once anybody of it has one, contacts of a customer from `type_min_interactions` on.
#}
with customers as (
    select
        customers.as_of_date,
        customers.criteria_version,
        customers.customer_kind,
        customers.customer_key,
        criteria.type_min_interactions,
        {{ days_after('customers.as_of_date', '-criteria.rfm_window_days') }} as window_after
    from {{ ref('int_customers_by_date') }} as customers
    inner join {{ ref('int_criteria_by_date') }} as criteria
        on customers.as_of_date = criteria.as_of_date
        and customers.criteria_version = criteria.criteria_version
        and customers.customer_kind = criteria.customer_kind
    where customers.is_graded
),

ticketed as (
    select
        customers.as_of_date,
        customers.criteria_version,
        customers.customer_key,
        cast(count(*) as integer) as ticket_count,
        {{ count_where('1', "tickets.category in ('complaint', 'claim', 'dispute') and tickets.responsibility = 'customer'") }} as own_fault_count,
        {{ sum_where(
            'coalesce(tickets.claimed_amount, 0)',
            "tickets.category in ('complaint', 'claim', 'dispute') and tickets.responsibility = 'customer'",
        ) }} as claimed_amount
    from customers
    inner join {{ ref('int_tickets_opened') }} as tickets
        on customers.customer_key = tickets.customer_key
        and customers.as_of_date >= tickets.known_from
        and customers.window_after < tickets.known_from
    group by customers.as_of_date, customers.criteria_version, customers.customer_key
),

known as (
    select
        customers.as_of_date,
        customers.criteria_version,
        customers.customer_kind,
        count(ticketed.ticket_count) > 0 as has_tickets,
        coalesce(sum(ticketed.claimed_amount), 0) > 0 as has_claims
    from customers
    left join ticketed
        on customers.as_of_date = ticketed.as_of_date
        and customers.criteria_version = ticketed.criteria_version
        and customers.customer_key = ticketed.customer_key
    group by customers.as_of_date, customers.criteria_version, customers.customer_kind
)

select
    customers.as_of_date,
    customers.criteria_version,
    customers.customer_key,
    case when known.has_tickets then coalesce(ticketed.ticket_count, 0) end as ticket_count,
    case when known.has_tickets then coalesce(ticketed.own_fault_count, 0) end as own_fault_count,
    case when known.has_claims then coalesce(ticketed.claimed_amount, cast(0 as decimal(18, 4))) end as claimed_amount,
    case when attitudes.interaction_count >= customers.type_min_interactions then attitudes.negative_share end as negative_share
from customers
inner join known
    on customers.as_of_date = known.as_of_date
    and customers.criteria_version = known.criteria_version
    and customers.customer_kind = known.customer_kind
left join ticketed
    on customers.as_of_date = ticketed.as_of_date
    and customers.criteria_version = ticketed.criteria_version
    and customers.customer_key = ticketed.customer_key
left join {{ ref('int_attitude_measured') }} as attitudes
    on customers.as_of_date = attitudes.as_of_date
    and customers.criteria_version = attitudes.criteria_version
    and customers.customer_key = attitudes.customer_key
