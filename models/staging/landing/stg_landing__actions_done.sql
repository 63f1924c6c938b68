{# Grain: one record of the landing table `actions_done`. #}
{%- set table = landed_table('landing', 'actions_done') -%}
with records as (
{{ typed_columns(table) }}
),

judged as (
{{ judged('records', table) }}
)

select * from judged
