{# Grain: one record of the landing table `web_events`. #}
{%- set table = landed_table('landing', 'web_events') -%}
with records as (
{{ typed_columns(table) }}
),

judged as (
{{ judged('records', table) }}
)

select * from judged
