{#
    Grain: one customer, graded or not, with the attributes in force at the as-of date. Names of persons
    and sole traders are masked, free text that few share is `unmapped`; direct identifiers are in the schema restricted only.
#}
with order_dates as (
    select
        records.customer_key,
        min(orders.order_date) as first_order_date,
        max(orders.order_date) as last_order_date
    from {{ ref('int_orders_netted') }} as orders
    inner join {{ ref('int_records_resolved') }} as records on orders.record_key = records.record_key
    group by records.customer_key
),

staff as (
    select distinct staff_ref from {{ ref('int_staff_unioned') }} where record_status = 'accepted'
)

select
    {{ customer_id('customers.customer_key') }} as customer_id,
    existing.customer_kind,
    existing.is_kind_assumed,
    names.display_name,
    case
        when parents.customer_key <> customers.customer_key then {{ customer_id('parents.customer_key') }}
    end as parent_customer_id,
    case
        when staff.staff_ref is not null and instr(staff.staff_ref, '@') = 0 then staff.staff_ref
        when attributes.account_owner is not null then {{ keyed_text(key_text('attributes.source_system', 'attributes.account_owner')) }}
    end as account_owner,
    attributes.country as country_code,
    coalesce(countries.market, 'unknown') as market,
    case
        when region_names.region_code is not null then attributes.region
        else {{ published_word('attributes.region', 'region') }}
    end as region,
    region_names.region_code,
    {{ published_word('attributes.city', 'city') }} as city,
    case when existing.customer_kind = 'organisation' then coalesce(attributes.industry, 'unknown') end as industry,
    case when existing.customer_kind = 'organisation' then attributes.size_band end as size_band,
    case when existing.customer_kind = 'person' then attributes.age_band end as age_band,
    case when existing.customer_kind = 'person' then attributes.gender end as gender,
    {{ published_word('attributes.occupation', 'occupation') }} as occupation,
    {{ published_word('attributes.education_level', 'education_level') }} as education_level,
    {{ published_word('attributes.acquisition_channel', 'acquisition_channel') }} as acquisition_channel,
    {{ published_word('attributes.preferred_channel', 'preferred_channel') }} as preferred_channel,
    coalesce(permissions.can_email, false) as can_email,
    coalesce(permissions.can_sms, false) as can_sms,
    existing.can_profile,
    existing.is_graded,
    order_dates.first_order_date,
    order_dates.last_order_date,
    customers.source_record_count,
    completeness.completeness_score
from {{ ref('int_customers') }} as customers
inner join {{ ref('int_customers_by_date') }} as existing
    on customers.customer_key = existing.customer_key and existing.is_current
left join {{ ref('int_customer_attributes') }} as attributes on customers.customer_key = attributes.customer_key
left join {{ ref('int_parents_acyclic') }} as parents on customers.customer_key = parents.child_key
left join {{ ref('countries') }} as countries on attributes.country = countries.country_code
left join {{ ref('region_names') }} as region_names
    on attributes.country = region_names.country_code and lower(attributes.region) = region_names.region_name
left join {{ ref('int_customer_completeness') }} as completeness on customers.customer_key = completeness.customer_key
left join {{ ref('int_customer_permissions') }} as permissions on customers.customer_key = permissions.customer_key
left join {{ ref('int_display_names') }} as names on customers.customer_key = names.customer_key
left join staff on attributes.account_owner = staff.staff_ref
{%- for attribute in ['region', 'city', 'occupation', 'education_level', 'acquisition_channel', 'preferred_channel'] %}
{{ join_word('attributes.' ~ attribute, attribute) }}
{%- endfor %}
left join order_dates on customers.customer_key = order_dates.customer_key
