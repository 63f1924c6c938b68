{# Grain: one record of the landing table `opportunities`. #}
with records as (
{{ typed_columns('landing', 'opportunities') }}
),

judged as (
{{ judged('records', 'landing', 'opportunities') }}
)

select * from judged
