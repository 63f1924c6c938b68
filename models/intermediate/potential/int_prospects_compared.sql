{#
    Grain: date due x criteria version x graded customer who never bought, or was known before it first bought within `conversion_days`: the
    attributes by which prospects are compared with those who became buyers. Intent is an inbound contact, a deal or a quote in the
    days before the first purchase, or before the date. Of persons channel and intent only.
#}
with compared as (
    select
        measures.as_of_date,
        measures.criteria_version,
        measures.customer_key,
        measures.customer_kind,
        measures.is_buyer as is_converted,
        {{ days_between('customers.exists_from', 'measures.as_of_date') }} as known_days,
        coalesce(measures.first_purchase_date, {{ days_after('measures.as_of_date', '1') }}) as intent_until,
        criteria.intent_days
    from {{ ref('int_purchases_measured') }} as measures
    inner join {{ ref('int_customers_by_date') }} as customers
        on measures.as_of_date = customers.as_of_date
        and measures.criteria_version = customers.criteria_version
        and measures.customer_key = customers.customer_key
    inner join {{ ref('int_criteria_by_date') }} as criteria
        on measures.as_of_date = criteria.as_of_date
        and measures.criteria_version = criteria.criteria_version
        and measures.customer_kind = criteria.customer_kind
    where not measures.is_buyer
        or measures.tenure_days < criteria.conversion_days and customers.exists_from < measures.first_purchase_date
),

intending as (
    select distinct compared.as_of_date, compared.criteria_version, compared.customer_key
    from compared
    inner join {{ ref('int_intent_signs') }} as signs
        on compared.customer_key = signs.customer_key
        and compared.intent_until > signs.known_from
        and {{ days_after('signs.known_from', 'compared.intent_days') }} >= compared.intent_until
)

select
    compared.as_of_date,
    compared.criteria_version,
    compared.customer_key,
    compared.customer_kind,
    compared.is_converted,
    compared.known_days,
    case when compared.customer_kind = 'organisation' then coalesce(attributes.industry, 'unknown') else 'any' end as industry,
    case when compared.customer_kind = 'organisation' then coalesce(bands.code, 'unknown') else 'any' end as size_band,
    case when compared.customer_kind = 'organisation' then coalesce(countries.market, 'unknown') else 'any' end as market,
    coalesce(lower(attributes.acquisition_channel), 'unknown') as channel,
    case when intending.customer_key is not null then 'intent' else 'none' end as intent
from compared
left join intending
    on compared.as_of_date = intending.as_of_date
    and compared.criteria_version = intending.criteria_version
    and compared.customer_key = intending.customer_key
left join {{ ref('int_customer_attributes_by_date') }} as attributes
    on compared.as_of_date = attributes.as_of_date and compared.customer_key = attributes.customer_key
left join {{ ref('countries') }} as countries on attributes.country = countries.country_code
left join {{ ref('int_bands') }} as bands
    on bands.band_family = 'size_band'
    and attributes.employee_count >= bands.lower_bound and attributes.employee_count < bands.upper_bound
