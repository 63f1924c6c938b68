{#
    Grain: date due x criteria version x graded customer: what speaks for more to come: growth over the half year before, open business
    against a year's sales, signs of intent, whether it recommends us, and how much others of its size buy. Open business, intent
    and referrals are known of a kind once anybody of it has any.
#}
with signs as (
    select customers.as_of_date, customers.criteria_version, customers.customer_key, cast(count(*) as integer) as intent_count
    from {{ ref('int_customers_by_date') }} as customers
    inner join {{ ref('int_criteria_by_date') }} as criteria
        on customers.as_of_date = criteria.as_of_date
        and customers.criteria_version = criteria.criteria_version
        and customers.customer_kind = criteria.customer_kind
    inner join {{ ref('int_intent_signs') }} as signs
        on customers.customer_key = signs.customer_key
        and customers.as_of_date >= signs.known_from
        and {{ days_after('signs.known_from', 'criteria.intent_days') }} > customers.as_of_date
    where customers.is_graded
    group by customers.as_of_date, customers.criteria_version, customers.customer_key
),

joined as (
    select
        expected.as_of_date,
        expected.criteria_version,
        expected.customer_kind,
        expected.customer_key,
        measures.net_amount_180d,
        measures.net_amount_prior_180d,
        expected.pipeline_amount,
        {# Open business is much or little against a year's sales; of who has none, against what such buyers are worth. #}
        greatest(
            measures.net_amount_365d,
            measures.net_amount_prior_365d,
            case when measures.is_buyer then 0 else coalesce(expected.similar_amount, 0) end
        ) as yearly_amount,
        signs.intent_count,
        influence.referral_count,
        attitudes.nps_class,
        sizes.headroom
    from {{ ref('int_expected_amounts') }} as expected
    inner join {{ ref('int_purchases_measured') }} as measures
        on expected.as_of_date = measures.as_of_date
        and expected.criteria_version = measures.criteria_version
        and expected.customer_key = measures.customer_key
    left join signs
        on expected.as_of_date = signs.as_of_date
        and expected.criteria_version = signs.criteria_version
        and expected.customer_key = signs.customer_key
    left join {{ ref('int_influence_measured') }} as influence
        on expected.as_of_date = influence.as_of_date
        and expected.criteria_version = influence.criteria_version
        and expected.customer_key = influence.customer_key
    left join {{ ref('int_attitude_measured') }} as attitudes
        on expected.as_of_date = attitudes.as_of_date
        and expected.criteria_version = attitudes.criteria_version
        and expected.customer_key = attitudes.customer_key
    left join {{ ref('int_headroom_measured') }} as sizes
        on expected.as_of_date = sizes.as_of_date
        and expected.criteria_version = sizes.criteria_version
        and expected.customer_key = sizes.customer_key
),

known as (
    select
        as_of_date,
        criteria_version,
        customer_kind,
        count(pipeline_amount) > 0 as has_pipeline,
        count(intent_count) > 0 as has_intent
    from joined
    group by as_of_date, criteria_version, customer_kind
)

select
    joined.as_of_date,
    joined.criteria_version,
    joined.customer_key,
    case
        when joined.net_amount_prior_180d > 0
            then {{ share_up_to_ten('joined.net_amount_180d - joined.net_amount_prior_180d', 'joined.net_amount_prior_180d') }}
    end as growth_share,
    case
        when known.has_pipeline and (joined.yearly_amount > 0 or joined.pipeline_amount > 0)
            then {{ share_up_to_ten('coalesce(joined.pipeline_amount, 0)', 'joined.yearly_amount') }}
    end as pipeline_share,
    case when known.has_intent then coalesce(joined.intent_count, 0) end as intent_count,
    case when joined.nps_class is not null or joined.referral_count is not null
        then case when joined.nps_class = 'promoter' or joined.referral_count > 0 then 1 else 0 end
    end as advocacy,
    joined.headroom
from joined
inner join known
    on joined.as_of_date = known.as_of_date
    and joined.criteria_version = known.criteria_version
    and joined.customer_kind = known.customer_kind
