{# Grain: one session of the web site. Evidence, not orders: consent and ad blockers keep part of it away. #}
select
    'S' || {{ bigint_to_hex('session_key') }} as session_id,
    source_system,
    'V' || {{ bigint_to_hex('visitor_key') }} as visitor_id,
    case when customer_key is not null then {{ customer_id('customer_key') }} end as customer_id,
    cast(started_at as date) as session_date,
    started_at,
    ended_at,
    event_count,
    page_view_count,
    has_cart,
    has_purchase,
    traffic_source,
    traffic_medium,
    traffic_campaign
from {{ ref('int_web_sessions') }}
