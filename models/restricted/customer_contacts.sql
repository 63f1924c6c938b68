{#
    Grain: one customer, graded or not: who it is and how it is reached, by the values that survive of its records, whom to ask
    for there, and what it allows.
    Never published. An unknown permission is none; who is barred is not called, either.
#}
select
    {{ customer_id('customers.customer_key') }} as customer_id,
    existing.customer_kind,
    attributes.name,
    attributes.email,
    attributes.phone,
    contacts.contact_name,
    contacts.contact_email,
    contacts.contact_phone,
    attributes.address,
    attributes.postal_code,
    attributes.city,
    attributes.region,
    attributes.country as country_code,
    attributes.account_owner,
    coalesce(permissions.can_email, false) as can_email,
    coalesce(permissions.can_sms, false) as can_sms,
    barred.customer_key is not null as is_barred
from {{ ref('int_customers') }} as customers
inner join {{ ref('int_customers_by_date') }} as existing
    on customers.customer_key = existing.customer_key and existing.is_current
left join {{ ref('int_customer_attributes') }} as attributes on customers.customer_key = attributes.customer_key
left join {{ ref('int_customer_permissions') }} as permissions on customers.customer_key = permissions.customer_key
left join {{ ref('int_customers_barred') }} as barred on customers.customer_key = barred.customer_key
left join {{ ref('int_main_contacts') }} as contacts on customers.customer_key = contacts.customer_key
