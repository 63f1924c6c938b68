{#
    Grain: source record x kind of key x value: what may tell that two records are one customer, from every version of the
    record, from its contacts (organisations only) and from the identifiers that were landed. Values are hashed once they
    are built; role mailboxes and placeholders of the seed `shared_identifiers` are left out. Which kinds are used is the
    seed `identity_keys`; a date of birth tells nothing beside a name that many have: by chance alone two of 680 namesakes
    share it.
#}
{%- set text = dbt.type_string() %}
with named as (
    select
        record_key,
        {{ name_key('name') }} as name_key,
        email,
        phone,
        nullif({{ replaced("upper(tax_id)", '[^0-9A-Z]', '') }}, '') as tax_key,
        cast(birth_date as {{ text }}) as birth_date,
        concat_ws(' ', {{ replaced("lower(postal_code)", '[ -]', '') }}, {{ name_key('address') }}) as address_key,
        postal_code is not null and address is not null as has_address
    from {{ ref('int_customer_versions_unioned') }}
),

common as (
    select name_key, count(*) as name_records
    from (select distinct record_key, name_key from named where name_key is not null) as names
    group by name_key
),

reached as (
    select record_key, source_system, email from {{ ref('int_contacts_unioned') }} where email is not null and left_at is null
    union
    select record_key, source_system, email
    from {{ ref('int_customer_versions_unioned') }}
    where customer_kind = 'organisation' and email is not null
),

{# Within one system a person may act for several organisations: then the address tells nothing. #}
of_one_each as (
    select email
    from (select email, source_system, count(*) as holders from reached group by email, source_system) as counted
    group by email
    having max(holders) = 1
),

texts as (
    select record_key, 'email' as key_kind, email as key_value, 1 as name_records from named
    union all
    select record_key, 'phone', phone, 1 from named
    union all
    select record_key, 'phone_name', case when phone is not null and name_key is not null then concat(phone, '|', name_key) end, 1 from named
    union all
    select record_key, 'tax_id', tax_key, 1 from named
    union all
    select named.record_key, 'name_birth_date', concat(named.birth_date, '|', named.name_key), common.name_records
    from named
    inner join common on named.name_key = common.name_key
    where named.birth_date is not null
    union all
    select record_key, 'name_address', case when has_address and name_key is not null then concat(address_key, '|', name_key) end, 1 from named
    union all
    select reached.record_key, 'contact_email', reached.email, 1
    from reached
    inner join of_one_each on reached.email = of_one_each.email
    union all
    select identifiers.record_key, 'phone_name', concat(identifiers.value, '|', names.name_key), 1
    from {{ ref('int_identifiers_unioned') }} as identifiers
    inner join (select distinct record_key, name_key from named where name_key is not null) as names
        on identifiers.record_key = names.record_key
    where identifiers.kind = 'phone'
    union all
    select record_key, kind, value, 1 from {{ ref('int_identifiers_unioned') }}
),

allowed as (
    select texts.record_key, texts.key_kind, texts.key_value
    from texts
    inner join {{ ref('identity_keys') }} as kinds on texts.key_kind = kinds.key_kind
        and kinds.is_active
        and (kinds.max_name_records is null or texts.name_records <= kinds.max_name_records)
    left join {{ ref('shared_identifiers') }} as shared
        on replace(texts.key_kind, 'contact_', '') = shared.key_kind
        and case when texts.key_kind like '%email' then {{ replaced('texts.key_value', '@.*$', '') }} else texts.key_value end = shared.value
    where texts.key_value is not null and texts.record_key is not null and shared.value is null
)

select distinct
    record_key,
    key_kind,
    {{ hex_to_bigint("substr(md5(key_kind || '|' || key_value), 1, 15)") }} as value_key
from allowed
