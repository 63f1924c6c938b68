{{ config(materialized='view') }}
{#
    Grain: one customer whom another referred; of several days the first. Facts of judgements by date: known from that day. Nobody
    refers itself, under no name.
#}
select
    referrers.customer_key,
    referred.customer_key as referred_customer_key,
    min(referrals.referred_date) as known_from
from {{ ref('int_referrals_unioned') }} as referrals
inner join {{ ref('int_records_resolved') }} as referrers on referrals.referrer_record_key = referrers.record_key
inner join {{ ref('int_records_resolved') }} as referred on referrals.referred_record_key = referred.record_key
where referrals.record_status = 'accepted' and referrers.customer_key <> referred.customer_key
group by referrers.customer_key, referred.customer_key
