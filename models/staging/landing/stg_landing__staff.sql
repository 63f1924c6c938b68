{# Grain: one record of the landing table `staff`. #}
{%- set table = landed_table('landing', 'staff') -%}
with records as (
{{ typed_columns(table) }}
),

judged as (
{{ judged('records', table) }}
)

select * from judged
