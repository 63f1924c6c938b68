{# Grain: one record of the landing table `payments`. #}
{%- set table = landed_table('landing', 'payments') -%}
with records as (
{{ typed_columns(table) }}
),

judged as (
{{ judged('records', table) }}
)

select * from judged
