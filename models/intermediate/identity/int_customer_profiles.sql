{{ config(materialized='view') }}
{#
    Grain: one version of a customer record from the day the record exists, with the attributes that judgements by date may read.
#}
select
    records.customer_key,
    records.record_key,
    greatest(versions.valid_from, records.exists_from) as valid_from,
    versions.valid_to,
    coalesce(settings.priority, 0) as priority,
    versions.currency,
    upper(substr(versions.credit_rating, 1, 1)) as credit_rating,
    versions.credit_limit,
    versions.insured_credit_limit,
    versions.credit_reviewed_date,
    versions.is_reference_customer,
    versions.industry,
    versions.country,
    versions.acquisition_channel,
    versions.market_share,
    versions.social_followers,
    versions.employee_count,
    versions.annual_revenue
from {{ ref('int_customer_versions') }} as versions
inner join {{ ref('int_records_resolved') }} as records on versions.record_key = records.record_key
left join {{ ref('source_settings') }} as settings on versions.source_system = settings.source_system
