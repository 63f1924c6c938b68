{# Grain: one record of the landing table `privacy_requests`. #}
with records as (
{{ typed_columns('landing', 'privacy_requests') }}
),

judged as (
{{ judged('records', 'landing', 'privacy_requests') }}
)

select * from judged
