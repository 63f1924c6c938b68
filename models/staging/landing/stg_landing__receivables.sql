{# Grain: one record of the landing table `receivables`. #}
{%- set table = landed_table('landing', 'receivables') -%}
with records as (
{{ typed_columns(table) }}
),

judged as (
{{ judged('records', table, [
    ['amount', 'negative_amount', 'amount < 0'],
]) }}
)

select * from judged
