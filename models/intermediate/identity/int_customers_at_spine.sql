{#
    Grain: spine date x customer that exists on it, with its kind then and whether it is graded. A kind that is not
    stated is organisation if a field only organisations have is filled or another record names it as parent, else the
    source's default.
#}
with versions as (
    select * from {{ ref('int_customer_versions_graded') }}
),

parents as (
    select records.customer_key, min(versions.valid_from) as named_from
    from versions
    inner join {{ ref('int_records_resolved') }} as records on versions.parent_record_key = records.record_key
    group by records.customer_key
)

select
    spine.as_of_date,
    spine.criteria_version,
    spine.is_current,
    customers.customer_key,
    coalesce(
        versions.stated_kind,
        case
            when versions.looks_like_organisation or parents.named_from is not null then 'organisation'
            else coalesce(versions.default_kind, 'person')
        end
    ) as customer_kind,
    versions.stated_kind is null as is_kind_assumed,
    coalesce(versions.is_graded, true) as is_graded
from {{ ref('int_spine') }} as spine
inner join {{ ref('int_customers') }} as customers
    on spine.as_of_date >= customers.exists_from
left join versions
    on customers.customer_key = versions.customer_key
    and spine.as_of_date >= versions.valid_from
    and spine.as_of_date < versions.valid_to
left join parents
    on customers.customer_key = parents.customer_key and spine.as_of_date >= parents.named_from
