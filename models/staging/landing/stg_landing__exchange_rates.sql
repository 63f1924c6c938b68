{# Grain: one record of the landing table `exchange_rates`. #}
{%- set table = landed_table('landing', 'exchange_rates') -%}
with records as (
{{ typed_columns(table) }}
),

judged as (
{{ judged('records', table, [
    ['rate', 'not_positive', 'rate <= 0'],
]) }}
)

select * from judged
