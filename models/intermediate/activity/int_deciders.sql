{{ config(materialized='view') }}
{#
    Grain: one contact of a customer who decides there: the primary one, or one with a role in decisions. Facts of judgements by date:
    contacts carry no day on which they came, so they are known always, and gone from the day they left.
#}
select
    records.customer_key,
    contacts.source_system,
    contacts.contact_ref,
    date '0001-01-01' as known_from,
    coalesce(cast(contacts.left_at as date), date '9999-12-31') as left_date
from {{ ref('int_contacts_unioned') }} as contacts
inner join {{ ref('int_records_resolved') }} as records on contacts.record_key = records.record_key
where contacts.record_status = 'accepted' and (contacts.is_primary or contacts.decision_role is not null)
