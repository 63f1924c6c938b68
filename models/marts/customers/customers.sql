{#
    Grain: one customer, graded or not, with the attributes in force at the as-of date. Names of persons and of
    sole traders are masked; other direct identifiers are in the schema restricted only.
#}
with current_versions as (
    select versions.*
    from {{ ref('int_customer_versions') }} as versions
    inner join {{ ref('int_run_settings') }} as settings
        on versions.valid_from <= settings.as_of_date and versions.valid_to > settings.as_of_date
),

order_dates as (
    select
        records.customer_key,
        min(orders.order_date) as first_order_date,
        max(orders.order_date) as last_order_date
    from {{ ref('int_orders_netted') }} as orders
    inner join {{ ref('int_records_resolved') }} as records on orders.record_key = records.record_key
    group by records.customer_key
)

select
    {{ customer_id('customers.customer_key') }} as customer_id,
    existing.customer_kind,
    existing.is_kind_assumed,
    case
        when existing.customer_kind = 'organisation' and coalesce(versions.employee_count, 2) > 1 then versions.name
        when versions.name is not null then concat(substr(versions.name, 1, 1), '***')
    end as display_name,
    {{ customer_id('parents.customer_key') }} as parent_customer_id,
    {{ published_ref('versions.source_system', 'versions.account_owner') }} as account_owner,
    versions.country,
    versions.region,
    versions.city,
    versions.industry,
    versions.acquisition_channel,
    versions.preferred_channel,
    existing.is_graded,
    order_dates.first_order_date,
    order_dates.last_order_date,
    customers.source_record_count
from {{ ref('int_customers') }} as customers
inner join {{ ref('int_customers_at_spine') }} as existing
    on customers.customer_key = existing.customer_key and existing.is_current
left join {{ ref('int_records_resolved') }} as records
    on customers.customer_key = records.customer_key and records.has_attributes
left join current_versions as versions on records.record_key = versions.record_key
left join {{ ref('int_records_resolved') }} as parents on versions.parent_record_key = parents.record_key
left join order_dates on customers.customer_key = order_dates.customer_key
