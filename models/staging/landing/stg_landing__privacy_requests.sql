{# Grain: one record of the landing table `privacy_requests`. #}
{%- set table = landed_table('landing', 'privacy_requests') -%}
with records as (
{{ typed_columns(table) }}
),

judged as (
{{ judged('records', table) }}
)

select * from judged
