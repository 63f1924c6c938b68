{# Grain: one record of the landing table `web_events`. #}
with records as (
{{ typed_columns('landing', 'web_events') }}
),

judged as (
{{ judged('records', 'landing', 'web_events') }}
)

select * from judged
