{# Grain: one record of the landing table `tickets`. #}
{%- set table = landed_table('landing', 'tickets') -%}
with records as (
{{ typed_columns(table) }}
),

judged as (
{{ judged('records', table) }}
)

select * from judged
