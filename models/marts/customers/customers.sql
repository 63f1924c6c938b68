{#
    Grain: one customer, graded or not, with the attributes in force at the as-of date. Names of persons
    and sole traders are masked, free text that few share is `unmapped`; direct identifiers are in the schema restricted only.
#}
select
    {{ customer_id('customers.customer_key') }} as customer_id,
    existing.customer_kind,
    existing.is_kind_assumed,
    attributes.display_name,
    case
        when parents.customer_key <> customers.customer_key then {{ customer_id('parents.customer_key') }}
    end as parent_customer_id,
    attributes.account_owner,
    attributes.country_code,
    coalesce(attributes.market, 'unknown') as market,
    attributes.region,
    attributes.region_code,
    attributes.city,
    case when existing.customer_kind = 'organisation' then coalesce(attributes.industry, 'unknown') end as industry,
    case when existing.customer_kind = 'organisation' then attributes.size_band end as size_band,
    case when existing.customer_kind = 'person' then attributes.age_band end as age_band,
    case when existing.customer_kind = 'person' then attributes.gender end as gender,
    case when existing.customer_kind = 'person' then attributes.income_band end as income_band,
    attributes.occupation,
    attributes.education_level,
    attributes.acquisition_channel,
    attributes.preferred_channel,
    attributes.interests,
    attributes.needs,
    coalesce(permissions.can_email, false) as can_email,
    coalesce(permissions.can_sms, false) as can_sms,
    existing.can_profile,
    existing.is_graded,
    dates.first_order_date,
    dates.last_order_date,
    dates.last_contact_date,
    customers.source_record_count,
    completeness.completeness_score
from {{ ref('int_customers') }} as customers
inner join {{ ref('int_customers_by_date') }} as existing
    on customers.customer_key = existing.customer_key and existing.is_current
left join {{ ref('int_attributes_published') }} as attributes on customers.customer_key = attributes.customer_key
left join {{ ref('int_parents_acyclic') }} as parents on customers.customer_key = parents.child_key
left join {{ ref('int_customer_completeness') }} as completeness on customers.customer_key = completeness.customer_key
left join {{ ref('int_customer_permissions') }} as permissions on customers.customer_key = permissions.customer_key
left join {{ ref('int_customer_dates') }} as dates on customers.customer_key = dates.customer_key
