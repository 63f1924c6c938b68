{# Grain: one record of the landing table `tickets`. #}
with records as (
{{ typed_columns('landing', 'tickets') }}
),

judged as (
{{ judged('records', 'landing', 'tickets') }}
)

select * from judged
