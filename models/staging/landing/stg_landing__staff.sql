{# Grain: one record of the landing table `staff`. #}
with records as (
{{ typed_columns('landing', 'staff') }}
),

judged as (
{{ judged('records', 'landing', 'staff') }}
)

select * from judged
