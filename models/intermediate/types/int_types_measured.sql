{{ config(materialized='view') }}
{# Grain: date due x criteria version x graded customer: the parts of the type scores, NULL where they are not known, and what exposes it. #}
select
    measures.as_of_date,
    measures.criteria_version,
    measures.customer_kind,
    measures.customer_key,
    measures.purchase_days,
    measures.rfm_order_count as order_count,
    service.ticket_count,
    service.own_fault_count,
    tiers.value_tier,
    loyalty.value_percentile,
    loyalty.loyalty_score,
    loyalty.loyalty_score as loyalty,
    loyalty.loyalty_score as disloyalty,
    case when measures.is_buyer then {{ ratio_of('measures.tenure_days', 'cast(365.25 as decimal(18, 4))') }} end as tenure_years,
    growth.growth_share,
    growth.pipeline_share,
    growth.intent_count,
    growth.advocacy,
    growth.headroom,
    habits.discounted_share,
    habits.self_service_share,
    habits.category_count,
    case
        when measures.rfm_order_count > 0 or service.ticket_count > 0
            then {{ share_up_to_ten('10 * cast(service.own_fault_count as decimal(18, 4))', 'measures.rfm_order_count') }}
    end as own_fault_rate,
    risks.refund_share,
    case
        when measures.rfm_order_count > 0 or service.ticket_count > 0
            then {{ share_up_to_ten('service.claimed_amount', 'measures.rfm_whole_net_amount') }}
    end as claimed_share,
    service.negative_share,
    risks.days_past_due
from {{ ref('int_purchases_measured') }} as measures
inner join {{ ref('int_value_tiers_classified') }} as tiers
    on measures.as_of_date = tiers.as_of_date
    and measures.criteria_version = tiers.criteria_version
    and measures.customer_key = tiers.customer_key
inner join {{ ref('int_risk_measured') }} as risks
    on measures.as_of_date = risks.as_of_date
    and measures.criteria_version = risks.criteria_version
    and measures.customer_key = risks.customer_key
inner join {{ ref('int_growth_measured') }} as growth
    on measures.as_of_date = growth.as_of_date
    and measures.criteria_version = growth.criteria_version
    and measures.customer_key = growth.customer_key
inner join {{ ref('int_service_measured') }} as service
    on measures.as_of_date = service.as_of_date
    and measures.criteria_version = service.criteria_version
    and measures.customer_key = service.customer_key
left join {{ ref('int_loyalty_scored') }} as loyalty
    on measures.as_of_date = loyalty.as_of_date
    and measures.criteria_version = loyalty.criteria_version
    and measures.customer_key = loyalty.customer_key
left join {{ ref('int_habits_measured') }} as habits
    on measures.as_of_date = habits.as_of_date
    and measures.criteria_version = habits.criteria_version
    and measures.customer_key = habits.customer_key
