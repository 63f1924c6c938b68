{# Grain: one record of the landing table `contacts`. #}
{%- set table = landed_table('landing', 'contacts') -%}
with records as (
{{ typed_columns(table) }}
),

judged as (
{{ judged('records', table) }}
)

select * from judged
