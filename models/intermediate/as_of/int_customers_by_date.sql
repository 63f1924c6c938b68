{#
    Grain: spine date x customer that exists on it, with its kind then and whether it is graded. A kind that is not
    stated is organisation if a field only organisations have is filled or another record names it as parent, else the
    source's default. A customer is graded unless one of its records is a channel partner's or a test, or all are converted
    leads.
#}
with parents as (
    select records.customer_key, min(greatest(versions.valid_from, records.exists_from)) as named_from
    from {{ ref('int_customer_versions_graded') }} as versions
    inner join {{ ref('int_records_resolved') }} as records on versions.parent_record_key = records.record_key
    where versions.customer_key <> records.customer_key
    group by records.customer_key
),

{# One record, as most customers have: its version in force. More: the kind of the record with the highest priority. -#}
versions as (
    select
        spine.as_of_date,
        versions.customer_key,
        versions.stated_kind,
        versions.default_kind,
        versions.looks_like_organisation,
        not versions.is_excluded and not coalesce(spine.as_of_date >= versions.converted_lead_from, false) as is_graded
    from {{ ref('int_dates_due') }} as spine
    inner join {{ ref('int_customer_versions_graded') }} as versions
        on spine.as_of_date >= versions.valid_from and spine.as_of_date < versions.valid_to
    inner join {{ ref('int_customers') }} as customers
        on versions.customer_key = customers.customer_key and customers.source_record_count = 1
    union all
    select
        spine.as_of_date,
        versions.customer_key,
        max_by(versions.stated_kind, case when versions.stated_kind is not null then concat(1000000 + versions.priority, '|', versions.stated_kind) end),
        max_by(versions.default_kind, concat(1000000 + versions.priority, '|', versions.default_kind)),
        max(case when versions.looks_like_organisation then 1 else 0 end) = 1,
        max(case when versions.is_excluded then 1 else 0 end) = 0
        and min(case when spine.as_of_date >= versions.converted_lead_from then 1 else 0 end) = 0
    from {{ ref('int_dates_due') }} as spine
    inner join {{ ref('int_customer_versions_graded') }} as versions
        on spine.as_of_date >= versions.valid_from and spine.as_of_date < versions.valid_to
    inner join {{ ref('int_customers') }} as customers
        on versions.customer_key = customers.customer_key and customers.source_record_count > 1
    group by spine.as_of_date, versions.customer_key
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
            else versions.default_kind
        end
    ) as customer_kind,
    versions.stated_kind is null as is_kind_assumed,
    versions.is_graded
from {{ ref('int_dates_due') }} as spine
inner join {{ ref('int_customers') }} as customers
    on spine.as_of_date >= customers.exists_from
inner join versions
    on customers.customer_key = versions.customer_key
    and spine.as_of_date = versions.as_of_date
left join parents
    on customers.customer_key = parents.customer_key and spine.as_of_date >= parents.named_from
