{#
    Grain: one customer that refuses to be profiled: restricted its data, objected to profiling, or refused the consent to it, by any of
    its records, or by an e-mail address that one of them has. From the day of its first refusal to that of a later grant, if there is
    one. It is not scored, and nothing is done with it.
#}
with requests as (
    select
        {{ record_key('coalesce(customer_ref_source_system, source_system)', 'customer_ref') }} as record_key,
        {{ bare_email('lower(email)') }} as email,
        cast(requested_at as date) as refused_date
    from {{ ref('int_privacy_requests_unioned') }}
    where record_status = 'accepted' and kind in ('restrict', 'object_profiling')
),

statements as (
    select record_key, refused_date, cast(null as date) as granted_date
    from requests
    where record_key is not null
    union all
    select versions.record_key, requests.refused_date, cast(null as date)
    from requests
    inner join {{ ref('int_customer_versions') }} as versions on requests.email = versions.email
    union all
    select identifiers.record_key, requests.refused_date, cast(null as date)
    from requests
    inner join {{ ref('int_identifiers_normalized') }} as identifiers
        on identifiers.kind = 'email' and requests.email = identifiers.value
    union all
    select
        record_key,
        case when status <> 'granted' then cast(given_at as date) end,
        case when status = 'granted' then cast(given_at as date) end
    from {{ ref('int_consents_unioned') }}
    where record_status = 'accepted' and lower(purpose) = 'profiling'
),

judged as (
    select
        records.customer_key,
        min(statements.refused_date) as refused_from,
        max(statements.refused_date) as refused_last,
        max(statements.granted_date) as granted_last,
        max(case when statements.granted_date is null then 1 else 0 end) = 1 as has_refusal
    from statements
    inner join {{ ref('int_records_resolved') }} as records on statements.record_key = records.record_key
    group by records.customer_key
)

select
    customer_key,
    refused_from as known_from,
    case when granted_last > refused_last then granted_last else date '9999-12-31' end as known_until
from judged
where has_refusal and refused_from is not null
