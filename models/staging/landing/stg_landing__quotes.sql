{# Grain: one record of the landing table `quotes`. #}
with records as (
{{ typed_columns('landing', 'quotes') }}
),

judged as (
{{ judged('records', 'landing', 'quotes') }}
)

select * from judged
