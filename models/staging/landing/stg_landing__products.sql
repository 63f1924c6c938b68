{# Grain: one record of the landing table `products`. #}
with records as (
{{ typed_columns('landing', 'products') }}
),

judged as (
{{ judged('records', 'landing', 'products') }}
)

select * from judged
