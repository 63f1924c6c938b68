{# Grain: one accepted identifier of a customer record, in the form in which such values are compared; NULL if it has none. #}
select
    identifiers.raw_table,
    identifiers.record_key,
    case when identifiers.kind = 'whatsapp' then 'phone' else identifiers.kind end as kind,
    case
        when identifiers.kind = 'email' then {{ email_or_null(bare_email(folded('identifiers.value'))) }}
        when identifiers.kind in ('tax_id', 'member_no') then nullif({{ replaced("upper(identifiers.value)", '[^0-9A-Z]', '') }}, '')
        when identifiers.kind in ('phone', 'whatsapp') then numbers.e164
        else lower(identifiers.value)
    end as value
from {{ ref('int_identifiers_unioned') }} as identifiers
left join {{ source('grading', 'phone_numbers') }} as numbers
    on case when identifiers.kind in ('phone', 'whatsapp') then {{ folded('identifiers.value') }} end = numbers.phone_text
    and {{ replaced('identifiers.raw_table', '[.].*$', '') }} = numbers.source_name
    and numbers.country_text = ''
where identifiers.record_status = 'accepted'
