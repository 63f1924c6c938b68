{{ config(materialized='view') }}
{#
    Grain: one version of a customer record, with what decides how it is graded: the kind it states, what speaks for an
    organisation, its parent, and what keeps it from being graded: channel partners and test records are not graded, nor
    is a converted lead on its own, from the day on which there is what it became, where it is one customer with that.
    No version counts before its record exists. A record that only orders name has one version that says nothing but the
    default of its source.
#}
select
    records.customer_key,
    records.record_key,
    greatest(versions.valid_from, records.exists_from) as valid_from,
    versions.valid_to,
    versions.customer_kind as stated_kind,
    coalesce(settings.customer_kind, 'person') as default_kind,
    versions.tax_id is not null or versions.has_industry or versions.employee_count is not null
    or versions.annual_revenue is not null as looks_like_organisation,
    versions.parent_record_key,
    versions.is_test or versions.is_channel_partner as is_excluded,
    case
        when versions.record_role = 'lead' and versions.converted_to_record_key is not null
            and became.customer_key = records.customer_key then leads.converted_from
    end as converted_lead_from,
    coalesce(settings.priority, 0) as priority
from {{ ref('int_customer_versions') }} as versions
inner join {{ ref('int_records_resolved') }} as records on versions.record_key = records.record_key
left join {{ ref('int_leads_converted') }} as leads on versions.record_key = leads.record_key and leads.problem is null
left join {{ ref('int_records_resolved') }} as became on leads.converted_to_record_key = became.record_key
left join {{ ref('source_settings') }} as settings on versions.source_system = settings.source_system
union all
select
    records.customer_key,
    records.record_key,
    records.exists_from,
    date '9999-12-31',
    cast(null as {{ dbt.type_string() }}),
    coalesce(settings.customer_kind, 'person'),
    false,
    cast(null as bigint),
    false,
    cast(null as date),
    coalesce(settings.priority, 0)
from {{ ref('int_records_resolved') }} as records
left join {{ ref('source_settings') }} as settings on records.source_system = settings.source_system
where not records.has_attributes
