{{ config(materialized='view') }}
{#
    Grain: one statement for or against marketing to a customer through a channel. An opt-out of a record or of a contact is a
    refusal on the day that the record was changed, without a day for ever. A refusal that cannot be read is a refusal.
#}
with statements as (
    select record_key, lower(channel) as channel, status = 'granted' as is_grant, cast(given_at as date) as stated_date
    from {{ ref('int_consents_unioned') }}
    where record_status = 'accepted' and lower(purpose) = 'marketing'
    union all
    select record_key, 'email', false, cast(updated_at as date)
    from {{ ref('int_contacts_unioned') }}
    where record_status = 'accepted'
        and coalesce(email_opt_out, instr(coalesce(rule_codes, ''), 'email_opt_out:') > 0)
    union all
    select record_key, 'email', false, cast(updated_at as date)
    from {{ ref('int_customer_versions') }}
    where is_email_opted_out
)

select
    records.customer_key,
    statements.channel,
    statements.is_grant,
    coalesce(statements.stated_date, date '0001-01-01') as known_from,
    coalesce(statements.stated_date, date '9999-12-31') as stands_from
from statements
inner join {{ ref('int_records_resolved') }} as records on statements.record_key = records.record_key
