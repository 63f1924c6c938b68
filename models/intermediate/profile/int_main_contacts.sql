{#
    Grain: one customer with a contact: whom to ask for there. Of those who have not left by the as-of date the primary one, then one who can
    be called or written to, then the one that was changed last.
#}
with placed as (
    select
        records.customer_key,
        contacts.name as contact_name,
        contacts.email as contact_email,
        contacts.phone as contact_phone,
        row_number() over (
            partition by records.customer_key
            order by
                coalesce(contacts.is_primary, false) desc,
                contacts.phone is not null desc,
                contacts.email is not null desc,
                contacts.updated_at desc nulls last,
                contacts.source_system,
                contacts.contact_ref
        ) as position
    from {{ ref('int_contacts_unioned') }} as contacts
    inner join {{ ref('int_records_resolved') }} as records on contacts.record_key = records.record_key
    cross join {{ ref('int_run_settings') }} as settings
    where contacts.record_status = 'accepted' and (contacts.left_at is null or cast(contacts.left_at as date) > settings.as_of_date)
)

select customer_key, contact_name, contact_email, contact_phone
from placed
where position = 1
