{{ config(materialized='view') }}
{# Grain: one accepted consent row: what a customer record agreed to or refused, for one channel and purpose. #}
select
    raw_table,
    {{ record_key('coalesce(customer_ref_source_system, source_system)', 'customer_ref') }} as record_key,
    lower(channel) as channel,
    lower(purpose) as purpose,
    status,
    given_at
from {{ accepted('consents') }} as accepted
