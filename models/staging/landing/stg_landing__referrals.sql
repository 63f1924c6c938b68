{# Grain: one record of the landing table `referrals`. #}
{%- set table = landed_table('landing', 'referrals') -%}
with records as (
{{ typed_columns(table) }}
),

judged as (
{{ judged('records', table, [
    ['referred_customer_ref', 'refers_to_itself', 'referrer_customer_ref = referred_customer_ref'],
]) }}
)

select * from judged
