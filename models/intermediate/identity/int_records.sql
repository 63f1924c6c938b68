{#
    Grain: one source record of a customer, whether a customers table names it or only its accepted orders do. It
    exists from the earlier of its creation and its first order, also one that is pending: an order after the as-of date must
    not make its customer older. With neither it exists at every date. Orders without a rate make no customers.
#}
with landed as (
    select
        record_key,
        max(source_system) as source_system,
        max(customer_ref) as customer_ref,
        min(cast(created_at as date)) as created_date
    from {{ ref('int_customer_versions') }}
    group by record_key
),

ordering as (
    select
        record_key,
        min(order_date) as first_order_date,
        max(case when exchange_rate is not null then 1 else 0 end) = 1 as has_rated_order
    from {{ ref('int_orders_converted') }}
    where record_key is not null
    group by record_key
),

known_by_orders as (
    select
        orders.record_key,
        max(orders.customer_source_system) as source_system,
        max(orders.customer_ref) as customer_ref
    from ordering
    left join landed on ordering.record_key = landed.record_key
    inner join {{ ref('int_orders_valued') }} as orders on ordering.record_key = orders.record_key
    where landed.record_key is null and ordering.has_rated_order
    group by orders.record_key
),

records as (
    select record_key, source_system, customer_ref, created_date, true as has_attributes from landed
    union all
    select record_key, source_system, customer_ref, cast(null as date), false from known_by_orders
)

select
    records.record_key,
    records.source_system,
    records.customer_ref,
    records.has_attributes,
    coalesce(
        least(
            coalesce(records.created_date, ordering.first_order_date),
            coalesce(ordering.first_order_date, records.created_date)
        ),
        date '0001-01-01'
    ) as exists_from
from records
left join ordering on records.record_key = ordering.record_key
