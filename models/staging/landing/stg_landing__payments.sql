{# Grain: one record of the landing table `payments`. #}
with records as (
{{ typed_columns('landing', 'payments') }}
),

judged as (
{{ judged('records', 'landing', 'payments') }}
)

select * from judged
