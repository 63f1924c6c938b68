{{ config(materialized='view') }}
{# Grain: one accepted event of the web site. What names a customer is kept only where analytics consent was given. #}
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
where record_status = 'accepted'
