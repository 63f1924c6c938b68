{#
    Grain: date due x criteria version x buyer: loyalty, 0 to 100, of what it does (how often it buys among its kind, how likely it still
    does) and of what it says (attitude, and whether it recommends us). What is not known is left out.
#}
with bought as (
    select
        measures.as_of_date,
        measures.criteria_version,
        measures.customer_kind,
        measures.customer_key,
        cast(measures.rfm_purchase_days as bigint) as frequency,
        case when tiers.tier_value_amount > 0 then tiers.tier_value_amount else cast(0 as decimal(18, 4)) end as value_amount,
        {# Only the model with dropout knows of leaving. #}
        case when lifetime.clv_method = 'mbg_nbd' then cast(lifetime.probability_alive as decimal(18, 6)) end as probability_alive,
        attitudes.attitude,
        case attitudes.nps_class when 'promoter' then 1.0 when 'passive' then 0.5 when 'detractor' then 0.0 end as recommendation
    from {{ ref('int_purchases_measured') }} as measures
    inner join {{ ref('int_value_tiers_classified') }} as tiers
        on measures.as_of_date = tiers.as_of_date
        and measures.criteria_version = tiers.criteria_version
        and measures.customer_key = tiers.customer_key
    left join {{ ref('int_clv_scored') }} as lifetime
        on measures.as_of_date = lifetime.as_of_date
        and measures.criteria_version = lifetime.criteria_version
        and measures.customer_key = lifetime.customer_key
    left join {{ ref('int_attitude_measured') }} as attitudes
        on measures.as_of_date = attitudes.as_of_date
        and measures.criteria_version = attitudes.criteria_version
        and measures.customer_key = attitudes.customer_key
    where measures.is_buyer
),

{{ percentile_scores('bought', ['frequency', 'value_amount']) }},

valued as (
    select
        as_of_date,
        criteria_version,
        customer_kind,
        customer_key,
        frequency_score as frequency_percentile,
        value_amount_score as value_percentile,
        probability_alive,
        attitude,
        recommendation
    from percentiles
),

{{ scaled_scores(['loyalty'], 'valued') }}

select
    as_of_date,
    criteria_version,
    customer_key,
    value_percentile,
    loyalty_score
from scaled
