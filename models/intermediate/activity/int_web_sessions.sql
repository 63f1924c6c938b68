{#
    Grain: one session of the web site up to the as-of date. It belongs to the customer who signed in or ordered in it, else
    to the customer its visitor is known to be, and to neither without analytics consent in the session. The traffic source
    is that of its first event that has one. Events without a session are in none.
#}
with events as (
    select
        events.*,
        cast(events.occurred_at as {{ dbt.type_string() }}) as moment
    from {{ ref('int_web_events') }} as events
    cross join {{ ref('int_run_settings') }} as settings
    where events.session_key is not null and cast(events.occurred_at as date) <= settings.as_of_date
),

own as (
    select session_key, min(customer_key) as customer_key
    from {{ ref('int_web_events_named') }}
    group by session_key
    having min(customer_key) = max(customer_key)
),

sessions as (
    select
        session_key,
        max(source_system) as source_system,
        max(visitor_key) as visitor_key,
        max(case when has_consent then 1 else 0 end) = 1 as has_consent,
        min(occurred_at) as started_at,
        max(occurred_at) as ended_at,
        cast(count(*) as integer) as event_count,
        cast(sum(case when event_name = 'page_view' then 1 else 0 end) as integer) as page_view_count,
        max(case when event_name = 'add_to_cart' then 1 else 0 end) = 1 as has_cart,
        max(case when event_name = 'purchase' then 1 else 0 end) = 1 as has_purchase,
        min(case when source is not null then concat(moment, '|', source, '|', coalesce(medium, ''), '|', coalesce(campaign, '')) end) as first_source
    from events
    group by session_key
)

select
    sessions.session_key,
    sessions.source_system,
    sessions.visitor_key,
    case when sessions.has_consent then coalesce(own.customer_key, visitors.customer_key) end as customer_key,
    sessions.started_at,
    sessions.ended_at,
    sessions.event_count,
    sessions.page_view_count,
    sessions.has_cart,
    sessions.has_purchase,
    {{ replaced('sessions.first_source', '^[^|]*[|]|[|].*$', '') }} as traffic_source,
    nullif({{ replaced(replaced('sessions.first_source', '^[^|]*[|][^|]*[|]', ''), '[|].*$', '') }}, '') as traffic_medium,
    nullif({{ replaced('sessions.first_source', '^[^|]*[|][^|]*[|][^|]*[|]', '') }}, '') as traffic_campaign
from sessions
left join own on sessions.session_key = own.session_key
left join {{ ref('int_visitors_linked') }} as visitors on sessions.visitor_key = visitors.visitor_key
