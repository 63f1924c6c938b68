{{ config(materialized='view') }}
{#
    Grain: one accepted event of the web site that is not older than `retention_periods` lets it be. What names a customer is kept only
    where analytics consent was given.
#}
with oldest as (
    select {{ days_after('settings.as_of_date', '-periods.days') }} as oldest_date
    from {{ ref('int_run_settings') }} as settings
    cross join {{ ref('retention_periods') }} as periods
    where periods.subject = 'web_events'
)

select
    source_system,
    {{ record_key('source_system', 'session_ref') }} as session_key,
    {{ record_key('coalesce(visitor_ref_source_system, source_system)', 'visitor_ref') }} as visitor_key,
    case
        when has_consent then {{ record_key('coalesce(customer_ref_source_system, source_system)', 'customer_ref') }}
    end as record_key,
    coalesce(order_ref_source_system, source_system) as order_source_system,
    case when has_consent then order_ref end as order_ref,
    occurred_at,
    event_name,
    source,
    medium,
    campaign,
    coalesce(has_consent, false) as has_consent
from {{ ref('int_web_events_unioned') }}
cross join oldest
where record_status = 'accepted' and cast(occurred_at as date) >= oldest.oldest_date
