{# Grain: one record of the landing table `campaign_touches`. #}
with records as (
{{ typed_columns('landing', 'campaign_touches') }}
),

judged as (
{{ judged('records', 'landing', 'campaign_touches') }}
)

select * from judged
