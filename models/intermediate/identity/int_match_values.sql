{#
    Grain: source record x kind of key x value: what may tell that two records are one customer, from every version of the
    record, from its contacts (organisations only) and from the identifiers that were landed. Values are hashed once they
    are built; role mailboxes and placeholders of the seed `shared_identifiers` are left out. Which kinds are used is the
    seed `identity_keys`; a date of birth tells nothing beside a name that many have: by chance alone two of 680 namesakes
    share it.
#}
with texts as (
    select * from {{ ref('int_match_texts') }}
),

names as (
    select distinct record_key, name_key from texts where name_key is not null
),

common as (
    select name_key, count(*) as name_records from names group by name_key
),

told as (
    select record_key, 'email' as key_kind, email as key_value, 1 as name_records from texts
    union all
    select record_key, 'phone', phone, 1 from texts
    union all
    select record_key, 'phone_name', phone || '|' || name_key, 1 from texts
    union all
    select record_key, 'tax_id', tax_key, 1 from texts
    union all
    select texts.record_key, 'name_birth_date', texts.birth_date || '|' || texts.name_key, common.name_records
    from texts
    inner join common on texts.name_key = common.name_key
    union all
    select record_key, 'name_address', address_key || '|' || name_key, 1 from texts
    union all
    select record_key, 'contact_email', email, 1 from {{ ref('int_contact_emails') }}
    union all
    select identifiers.record_key, 'phone_name', identifiers.value || '|' || names.name_key, 1
    from {{ ref('int_identifiers_normalized') }} as identifiers
    inner join names on identifiers.record_key = names.record_key
    where identifiers.kind = 'phone'
    union all
    select record_key, kind, value, 1 from {{ ref('int_identifiers_normalized') }}
),

allowed as (
    select told.record_key, told.key_kind, told.key_value
    from told
    inner join {{ ref('identity_keys') }} as kinds on told.key_kind = kinds.key_kind
        and kinds.is_active
        and (kinds.max_name_records is null or told.name_records <= kinds.max_name_records)
    left join {{ ref('shared_identifiers') }} as shared
        on replace(told.key_kind, 'contact_', '') = shared.key_kind
        and case when told.key_kind like '%email' then {{ replaced('told.key_value', '@.*$', '') }} else told.key_value end = shared.value
    where told.key_value is not null and told.record_key is not null and shared.value is null
)

select distinct
    record_key,
    key_kind,
    {{ hex_to_bigint("substr(md5(key_kind || '|' || key_value), 1, 15)") }} as value_key
from allowed
