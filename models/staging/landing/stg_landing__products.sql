{# Grain: one record of the landing table `products`. #}
{%- set table = landed_table('landing', 'products') -%}
with records as (
{{ typed_columns(table) }}
),

judged as (
{{ judged('records', table) }}
)

select * from judged
