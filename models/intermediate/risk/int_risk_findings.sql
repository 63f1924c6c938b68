{#
    Grain: date due x criteria version x graded customer with an open dispute, a finding of compliance or deciders: what was found then.
    A dispute is open until it is resolved, and lapses after a while without. Deciders are lost when the last of them left.
#}
with disputes as (
    select
        measures.as_of_date,
        measures.criteria_version,
        measures.customer_key,
        cast(count(*) as integer) as dispute_count,
        cast(sum(coalesce(tickets.claimed_amount, 0)) as decimal(18, 4)) as claimed_amount
    from {{ ref('int_purchases_measured') }} as measures
    inner join {{ ref('int_criteria_by_date') }} as criteria
        on measures.as_of_date = criteria.as_of_date
        and measures.criteria_version = criteria.criteria_version
        and measures.customer_kind = criteria.customer_kind
    inner join {{ ref('int_tickets_opened') }} as tickets
        on measures.customer_key = tickets.customer_key
        and measures.as_of_date >= tickets.known_from
        and measures.as_of_date < tickets.resolved_date
        and {{ days_after('tickets.known_from', 'criteria.dispute_lapse_days') }} > measures.as_of_date
    where tickets.category = 'dispute'
    group by measures.as_of_date, measures.criteria_version, measures.customer_key
),

due as (
    select distinct as_of_date from {{ ref('int_dates_due') }}
),

flags as (
    select
        due.as_of_date,
        flags.customer_key,
        max(case when flags.flag = 'sanctions' then 1 end) as sanctions_count,
        max(case when flags.flag = 'fraud' then 1 end) as fraud_count,
        max(case when flags.flag = 'legal' then 1 end) as legal_count
    from due
    inner join {{ ref('int_customer_flags') }} as flags
        on due.as_of_date >= flags.known_from and due.as_of_date < flags.ended_from
    group by due.as_of_date, flags.customer_key
),

deciders as (
    select due.as_of_date, deciders.customer_key, max(deciders.left_date) as left_date
    from due
    cross join {{ ref('int_deciders') }} as deciders
    group by due.as_of_date, deciders.customer_key
)

select
    measures.as_of_date,
    measures.criteria_version,
    measures.customer_key,
    disputes.dispute_count,
    disputes.claimed_amount,
    deciders.left_date as deciders_left_date,
    flags.sanctions_count,
    flags.fraud_count,
    flags.legal_count
from {{ ref('int_purchases_measured') }} as measures
left join disputes
    on measures.as_of_date = disputes.as_of_date
    and measures.criteria_version = disputes.criteria_version
    and measures.customer_key = disputes.customer_key
left join flags on measures.as_of_date = flags.as_of_date and measures.customer_key = flags.customer_key
left join deciders on measures.as_of_date = deciders.as_of_date and measures.customer_key = deciders.customer_key
where disputes.customer_key is not null or flags.customer_key is not null or deciders.customer_key is not null
