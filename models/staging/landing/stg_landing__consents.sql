{# Grain: one record of the landing table `consents`. #}
{%- set table = landed_table('landing', 'consents') -%}
with records as (
{{ typed_columns(table) }}
),

judged as (
{{ judged('records', table) }}
)

select * from judged
