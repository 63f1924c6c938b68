{{ config(materialized='view') }}
{#
    Grain: date due x criteria version x graded customer. All that was measured and decided, in one row: the code path
    of today, of history and of any backtest. A view: the month ends are written where they are kept, the as-of date in
    int_grades_now.
#}
select
    measures.*,
    lifecycle.lifecycle_stage,
    lifecycle.open_business,
    lifecycle.limit_basis,
    lifecycle.is_kept_by_rhythm,
    lifecycle.is_kept_by_business,
    lifecycle.lateness_ratio,
    lifecycle.expected_next_order_date,
    lifetime.probability_alive,
    lifetime.expected_purchase_days,
    lifetime.clv_amount,
    lifetime.clv_low_amount,
    lifetime.clv_high_amount,
    lifetime.clv_method,
    rfm.r_score,
    rfm.f_score,
    rfm.m_score,
    rfm.rfm_cell,
    rfm.rfm_segment,
    tiers.value_tier,
    tiers.value_basis,
    tiers.tier_value_amount,
    tiers.tier_population,
    tiers.tier_top_percent,
    types.customer_type,
    {%- for type in customer_types() %}
    types.is_{{ type }}_type,
    types.{{ type }}_type_score,
    {%- endfor %}
    types.loyalty_score,
    types.own_fault_count,
    risks.risk_grade,
    risks.risk_score,
    {%- for component in measured() %}
    scores.{{ component }}_score,
    scores.is_{{ component }}_missing,
    scores.{{ component }}_weight_share,
    scores.{{ component }}_contribution,
    {%- endfor %}
    scores.shrinkage_contribution,
    scores.cap_contribution,
    scores.gate_code,
    scores.gate_grade,
    scores.overall_score,
    scores.grade,
    scores.is_borderline,
    scores.nearest_grade,
    scores.points_to_nearest_grade
from {{ ref('int_purchases_measured') }} as measures
inner join {{ ref('int_lifecycle_classified') }} as lifecycle
    on measures.as_of_date = lifecycle.as_of_date
    and measures.criteria_version = lifecycle.criteria_version
    and measures.customer_key = lifecycle.customer_key
inner join {{ ref('int_rfm_classified') }} as rfm
    on measures.as_of_date = rfm.as_of_date
    and measures.criteria_version = rfm.criteria_version
    and measures.customer_key = rfm.customer_key
inner join {{ ref('int_value_tiers_classified') }} as tiers
    on measures.as_of_date = tiers.as_of_date
    and measures.criteria_version = tiers.criteria_version
    and measures.customer_key = tiers.customer_key
inner join {{ ref('int_grades_banded') }} as scores
    on measures.as_of_date = scores.as_of_date
    and measures.criteria_version = scores.criteria_version
    and measures.customer_key = scores.customer_key
inner join {{ ref('int_risk_classified') }} as risks
    on measures.as_of_date = risks.as_of_date
    and measures.criteria_version = risks.criteria_version
    and measures.customer_key = risks.customer_key
inner join {{ ref('int_types_classified') }} as types
    on measures.as_of_date = types.as_of_date
    and measures.criteria_version = types.criteria_version
    and measures.customer_key = types.customer_key
left join {{ ref('int_clv_scored') }} as lifetime
    on measures.as_of_date = lifetime.as_of_date
    and measures.criteria_version = lifetime.criteria_version
    and measures.customer_key = lifetime.customer_key
