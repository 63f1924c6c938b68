{#
    Grain: date due x criteria version x graded customer: what is known of its influence on the market. Referrals are known for all once anybody
    of the kind made one, and a reference customer likewise; the market share is the customer's own in its market.
#}
with referrals as (
    select customers.as_of_date, customers.criteria_version, customers.customer_key, cast(count(*) as integer) as referral_count
    from {{ ref('int_customers_by_date') }} as customers
    inner join {{ ref('int_referrals_made') }} as referrals
        on customers.customer_key = referrals.customer_key and customers.as_of_date >= referrals.known_from
    where customers.is_graded
    group by customers.as_of_date, customers.criteria_version, customers.customer_key
),

known as (
    select
        customers.as_of_date,
        customers.criteria_version,
        customers.customer_kind,
        customers.customer_key,
        referrals.referral_count,
        case when attributes.is_reference_customer then 1 end as reference_customer,
        attributes.market_share,
        attributes.social_followers,
        count(referrals.referral_count) over (partition by customers.as_of_date, customers.criteria_version, customers.customer_kind) > 0
            as has_referrals,
        count(case when attributes.is_reference_customer then 1 end) over (
            partition by customers.as_of_date, customers.criteria_version, customers.customer_kind
        ) > 0 as has_references
    from {{ ref('int_customers_by_date') }} as customers
    left join referrals
        on customers.as_of_date = referrals.as_of_date
        and customers.criteria_version = referrals.criteria_version
        and customers.customer_key = referrals.customer_key
    left join {{ ref('int_customer_attributes_by_date') }} as attributes
        on customers.as_of_date = attributes.as_of_date and customers.customer_key = attributes.customer_key
    where customers.is_graded
)

select
    as_of_date,
    criteria_version,
    customer_kind,
    customer_key,
    case when has_referrals then coalesce(referral_count, 0) end as referral_count,
    case when has_references then coalesce(reference_customer, 0) end as reference_customer,
    case when market_share between 0 and 1 then market_share end as market_share,
    case when social_followers >= 0 then social_followers end as social_followers
from known
