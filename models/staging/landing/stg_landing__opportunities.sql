{# Grain: one record of the landing table `opportunities`. #}
{%- set table = landed_table('landing', 'opportunities') -%}
with records as (
{{ typed_columns(table) }}
),

judged as (
{{ judged('records', table) }}
)

select * from judged
