{# Grain: one record of the landing table `interactions`. #}
{%- set table = landed_table('landing', 'interactions') -%}
with records as (
{{ typed_columns(table) }}
),

judged as (
{{ judged('records', table) }}
)

select * from judged
