{# Grain: one record of the landing table `identifiers`. #}
{%- set table = landed_table('landing', 'identifiers') -%}
with records as (
{{ typed_columns(table) }}
),

judged as (
{{ judged('records', table) }}
)

select * from judged
