{# Grain: one record of the landing table `loyalty_entries`. #}
{%- set table = landed_table('landing', 'loyalty_entries') -%}
with records as (
{{ typed_columns(table) }}
),

judged as (
{{ judged('records', table) }}
)

select * from judged
