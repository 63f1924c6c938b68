{# Grain: one record of the landing table `consents`. #}
with records as (
{{ typed_columns('landing', 'consents') }}
),

judged as (
{{ judged('records', 'landing', 'consents') }}
)

select * from judged
