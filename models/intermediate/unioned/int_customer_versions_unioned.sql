{{ config(materialized='view') }}
{# Grain: one accepted version of a customer record of any source. #}
select
    source_system,
    customer_ref,
    {{ record_key('source_system', 'customer_ref') }} as record_key,
    {{ record_key('coalesce(parent_customer_ref_source_system, source_system)', 'parent_customer_ref') }} as parent_record_key,
    {{ record_key('coalesce(converted_to_customer_ref_source_system, source_system)', 'converted_to_customer_ref') }}
        as converted_to_record_key,
    nullif(customer_kind, 'unknown') as customer_kind,
    coalesce(record_role, 'account') as record_role,
    name,
    email,
    phone,
    tax_id,
    country,
    region,
    city,
    industry,
    employee_count,
    annual_revenue,
    currency,
    acquisition_channel,
    preferred_channel,
    account_owner,
    coalesce(is_channel_partner, false) as is_channel_partner,
    coalesce(is_test, false) as is_test,
    created_at,
    updated_at
from {{ accepted('customers') }} as accepted
