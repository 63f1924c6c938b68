{{ config(materialized='view') }}
{# Grain: one accepted identifier of a customer record, in the form in which such values are compared. #}
select
    {{ record_key('coalesce(customer_ref_source_system, source_system)', 'customer_ref') }} as record_key,
    kind,
    case
        when kind = 'email' then {{ email_or_null(bare_email(folded('value'))) }}
        when kind in ('tax_id', 'member_no') then nullif({{ replaced("upper(value)", '[^0-9A-Z]', '') }}, '')
        when kind in ('phone', 'whatsapp') then null
        else lower(value)
    end as value
from {{ accepted('identifiers') }} as accepted
