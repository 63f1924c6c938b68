{{ config(materialized='view') }}
{# Grain: one accepted contact of a customer record. #}
select
    raw_table,
    source_system,
    contact_ref,
    {{ record_key('coalesce(customer_ref_source_system, source_system)', 'customer_ref') }} as record_key,
    email,
    phone,
    -- A refusal that cannot be read is a refusal.
    coalesce(email_opt_out, instr(coalesce(rule_codes, ''), 'email_opt_out:') > 0) as is_email_opted_out,
    left_at,
    updated_at
from {{ accepted('contacts') }} as accepted
