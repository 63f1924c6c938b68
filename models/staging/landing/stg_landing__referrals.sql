{# Grain: one record of the landing table `referrals`. #}
with records as (
{{ typed_columns('landing', 'referrals') }}
),

judged as (
{{ judged('records', 'landing', 'referrals', [
    ['referred_customer_ref', 'refers_to_itself', 'referrer_customer_ref = referred_customer_ref'],
]) }}
)

select * from judged
