{# Grain: one record of the landing table `quotes`. #}
{%- set table = landed_table('landing', 'quotes') -%}
with records as (
{{ typed_columns(table) }}
),

judged as (
{{ judged('records', table) }}
)

select * from judged
