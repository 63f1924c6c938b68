{#
    Grain: spine date x customer that exists on it, with what decides how it is graded: its kind and whether it is
    graded at all. Converted leads, channel partners and test records are not graded on their own. A kind that is not
    stated is organisation if a field only organisations have is filled or another record names it as parent, else the
    source's default, else person.
#}
with versions as (
    select
        records.customer_key,
        versions.record_key,
        versions.valid_from,
        versions.valid_to,
        versions.customer_kind as stated_kind,
        versions.tax_id is not null or versions.industry is not null or versions.employee_count is not null
        or versions.annual_revenue is not null as looks_like_organisation,
        settings.customer_kind as default_kind,
        not versions.is_test and not versions.is_channel_partner
        and not (versions.record_role = 'lead' and versions.converted_to_record_key is not null) as is_graded
    from {{ ref('int_customer_versions') }} as versions
    inner join {{ ref('int_records_resolved') }} as records on versions.record_key = records.record_key
    left join {{ ref('source_settings') }} as settings on versions.source_system = settings.source_system
),

parents as (
    select records.customer_key, min(versions.valid_from) as named_from
    from {{ ref('int_customer_versions') }} as versions
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
    on customers.exists_from <= spine.as_of_date
left join versions
    on customers.customer_key = versions.customer_key
    and spine.as_of_date >= versions.valid_from
    and spine.as_of_date < versions.valid_to
left join parents
    on customers.customer_key = parents.customer_key and parents.named_from <= spine.as_of_date
