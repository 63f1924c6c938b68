{# Grain: one version of a customer as it was landed. #}
{%- set table = landed_table('landing', 'customers') -%}
with records as (
{{ typed_columns(table) }}
),

judged as (
{{ judged('records', table) }}
)

select * from judged
