{#
    Grain: subject of the seed `retention_periods` x person of whom something is kept longer than it says, and since when it is due. What
    is done about it is decided by who is responsible: a row in `privacy_requests` erases. Never published.
#}
with persons as (
    select
        existing.customer_key,
        existing.exists_from,
        settings.as_of_date
    from {{ ref('int_customers_by_date') }} as existing
    cross join {{ ref('int_run_settings') }} as settings
    where existing.is_current and existing.customer_kind = 'person'
),

orders as (
    select records.customer_key, max(orders.order_date) as last_order_date
    from {{ ref('int_orders_netted') }} as orders
    inner join {{ ref('int_records_resolved') }} as records on orders.record_key = records.record_key
    group by records.customer_key
),

interactions as (
    select interactions.customer_key, min(interactions.known_from) as first_date, max(interactions.known_from) as last_date
    from {{ ref('int_interactions_held') }} as interactions
    inner join persons on interactions.customer_key = persons.customer_key and interactions.known_from <= persons.as_of_date
    group by interactions.customer_key
),

kept as (
    select
        case when orders.customer_key is null then 'prospects' else 'churned_persons' end as subject,
        persons.customer_key,
        persons.as_of_date,
        greatest(
            coalesce(orders.last_order_date, persons.exists_from),
            coalesce(interactions.last_date, orders.last_order_date, persons.exists_from)
        ) as kept_from
    from persons
    left join orders on persons.customer_key = orders.customer_key
    left join interactions on persons.customer_key = interactions.customer_key
    union all
    select 'interactions', persons.customer_key, persons.as_of_date, interactions.first_date
    from persons
    inner join interactions on persons.customer_key = interactions.customer_key
)

select
    kept.subject,
    {{ customer_id('kept.customer_key') }} as customer_id,
    kept.kept_from,
    {{ days_after('kept.kept_from', 'periods.days') }} as due_since
from kept
inner join {{ ref('retention_periods') }} as periods on kept.subject = periods.subject
where {{ days_after('kept.kept_from', 'periods.days') }} < kept.as_of_date
