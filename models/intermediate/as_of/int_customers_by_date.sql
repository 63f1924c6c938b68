{#
    Grain: date due x criteria version x customer that exists on it, with its kind then and whether it is graded: not if its records are
    excluded, nor if it refuses to be profiled. A kind that is
    not stated is organisation if a field only organisations have is filled or another record names it as parent, else the
    source's default.
#}
with customers as (
    select customer_key, min(exists_from) as exists_from
    from {{ ref('int_customer_members') }}
    group by customer_key
),

parents as (
    select members.customer_key, min(greatest(versions.valid_from, members.exists_from)) as named_from
    from {{ ref('int_customer_versions_graded') }} as versions
    inner join {{ ref('int_customer_members') }} as members on versions.parent_record_key = members.record_key
    where versions.customer_key <> members.customer_key
    group by members.customer_key
)

select
    due.as_of_date,
    due.criteria_version,
    due.is_current,
    customers.customer_key,
    customers.exists_from,
    coalesce(
        versions.stated_kind,
        case
            when versions.looks_like_organisation or parents.named_from is not null then 'organisation'
            else versions.default_kind
        end
    ) as customer_kind,
    versions.stated_kind is null as is_kind_assumed,
    versions.is_graded and refused.customer_key is null as is_graded,
    refused.customer_key is null as can_profile
from {{ ref('int_dates_due') }} as due
inner join customers
    on due.as_of_date >= customers.exists_from
inner join {{ ref('int_customer_versions_by_date') }} as versions
    on customers.customer_key = versions.customer_key
    and due.as_of_date = versions.as_of_date
left join {{ ref('int_profiling_refusals') }} as refused
    on customers.customer_key = refused.customer_key
    and due.as_of_date >= refused.known_from and due.as_of_date < refused.known_until
left join parents
    on customers.customer_key = parents.customer_key and due.as_of_date >= parents.named_from
