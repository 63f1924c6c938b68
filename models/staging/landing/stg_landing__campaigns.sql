{# Grain: one record of the landing table `campaigns`. #}
{%- set table = landed_table('landing', 'campaigns') -%}
with records as (
{{ typed_columns(table) }}
),

judged as (
{{ judged('records', table) }}
)

select * from judged
