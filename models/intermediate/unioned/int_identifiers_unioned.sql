{# Grain: one accepted identifier of a customer record, in the form in which such values are compared; NULL if it has none. #}
select
    accepted.raw_table,
    {{ record_key('coalesce(accepted.customer_ref_source_system, accepted.source_system)', 'accepted.customer_ref') }} as record_key,
    case when accepted.kind = 'whatsapp' then 'phone' else accepted.kind end as kind,
    case
        when accepted.kind = 'email' then {{ email_or_null(bare_email(folded('accepted.value'))) }}
        when accepted.kind in ('tax_id', 'member_no') then nullif({{ replaced("upper(accepted.value)", '[^0-9A-Z]', '') }}, '')
        when accepted.kind in ('phone', 'whatsapp') then numbers.e164
        else lower(accepted.value)
    end as value
from {{ accepted('identifiers') }} as accepted
left join {{ source('grading', 'phone_numbers') }} as numbers
    on case when accepted.kind in ('phone', 'whatsapp') then {{ folded('accepted.value') }} end = numbers.phone_text
    and {{ replaced('accepted.raw_table', '[.].*$', '') }} = numbers.source_name
    and numbers.country_text = ''
