{# Grain: one record of the landing table `referrals`. #}
{%- set contract = source_contract('landing', 'referrals') -%}
with standardized as (
{{ standardize_columns(contract) }}
),

validated as (
{{ validate_records('standardized', contract, [
    ['referred_customer_ref', 'refers_to_itself', 'referrer_customer_ref = referred_customer_ref'],
]) }}
)

select * from validated
