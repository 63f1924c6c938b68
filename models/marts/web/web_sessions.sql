{# Grain: one session of the web site. Evidence, not orders: consent and ad blockers keep part of it away. #}
select
    'S' || {{ bigint_to_hex('session_key') }} as session_id,
    {{ published_system('source_system') }} as source_system,
    'V' || {{ bigint_to_hex('visitor_key') }} as visitor_id,
    case when sessions.customer_key is not null then {{ customer_id('customer_key') }} end as customer_id,
    cast(started_at as date) as session_date,
    started_at,
    ended_at,
    event_count,
    page_view_count,
    has_cart,
    has_purchase,
    {{ published_word('sessions.traffic_source', 'traffic_source') }} as traffic_source,
    {{ published_word('sessions.traffic_medium', 'traffic_medium') }} as traffic_medium,
    {{ published_word('sessions.traffic_campaign', 'traffic_campaign') }} as traffic_campaign
from {{ ref('int_web_sessions') }} as sessions
{%- for part in ['source', 'medium', 'campaign'] %}
{{ join_word('sessions.traffic_' ~ part, 'traffic_' ~ part) }}
{%- endfor %}
