{# Grain: one record of the landing table `campaign_touches`. #}
{%- set table = landed_table('landing', 'campaign_touches') -%}
with records as (
{{ typed_columns(table) }}
),

judged as (
{{ judged('records', table) }}
)

select * from judged
