{#
    Grain: one customer at the as-of date. Whether it may be written to for marketing, by the latest statement of any of
    its records: granted, and not refused on that day or later. Unknown is not granted; an opt-out of a record or of a
    contact is a refusal on the day that the record was changed, without a day for ever; do_not_contact refuses all.
#}
with statements as (
    select record_key, lower(channel) as channel, status = 'granted' as is_grant, given_at
    from {{ ref('int_consents_unioned') }}
    where record_status = 'accepted' and lower(purpose) = 'marketing'
    union all
    select record_key, 'email', false, coalesce(updated_at, timestamp '9999-12-31 00:00:00')
    from {{ ref('int_contacts_unioned') }}
    -- A refusal that cannot be read is a refusal.
    where record_status = 'accepted'
        and coalesce(email_opt_out, instr(coalesce(rule_codes, ''), 'email_opt_out:') > 0)
    union all
    select record_key, 'email', false, coalesce(updated_at, timestamp '9999-12-31 00:00:00')
    from {{ ref('int_customer_versions') }}
    where is_email_opted_out
),

latest as (
    select
        records.customer_key,
        statements.channel,
        max(case when statements.is_grant then statements.given_at end) as granted_at,
        max(case when not statements.is_grant then statements.given_at end) as refused_at
    from statements
    inner join {{ ref('int_records_resolved') }} as records on statements.record_key = records.record_key
    cross join {{ ref('int_run_settings') }} as settings
    where cast(statements.given_at as date) <= settings.as_of_date or not statements.is_grant
    group by records.customer_key, statements.channel
),

barred as (
    select distinct records.customer_key
    from {{ ref('int_customer_versions') }} as versions
    inner join {{ ref('int_run_settings') }} as settings
        on versions.valid_from <= settings.as_of_date and versions.valid_to > settings.as_of_date
    inner join {{ ref('int_records_resolved') }} as records on versions.record_key = records.record_key
    where versions.is_not_contacted
)

select
    latest.customer_key,
    max(case when latest.channel = 'email' then 1 else 0 end) = 1 as can_email,
    max(case when latest.channel = 'sms' then 1 else 0 end) = 1 as can_sms
from latest
left join barred on latest.customer_key = barred.customer_key
where barred.customer_key is null
    and latest.granted_at is not null
    and (latest.refused_at is null or cast(latest.granted_at as date) > cast(latest.refused_at as date))
group by latest.customer_key
