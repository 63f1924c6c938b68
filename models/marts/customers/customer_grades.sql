{# Grain: one graded customer at the current as-of date: what was measured, what was decided, and why. #}
with reasons as (
    select customer_key, {{ joined_text('reason_code', ';', 'position') }} as reason_codes
    from {{ ref('int_grade_reasons') }}
    group by customer_key
)

select
    grades.as_of_date,
    {{ customer_id('grades.customer_key') }} as customer_id,
    grades.customer_kind,
    grades.criteria_version,
    grades.order_count,
    grades.purchase_days,
    grades.repeat_purchase_days,
    grades.first_purchase_date,
    grades.last_purchase_date,
    grades.gross_amount,
    grades.refunded_amount,
    grades.net_amount,
    grades.margin_amount,
    case
        when grades.gross_amount > 0
            then cast(grades.costed_gross_amount as double) / cast(grades.gross_amount as double)
    end as margin_coverage_share,
    case
        when grades.margin_amount is not null then cast(grades.margin_amount - grades.selling_cost_amount as decimal(18, 4))
    end as profit_contribution_amount,
    case
        when grades.margin_amount is null then null
        when grades.selling_cost_amount > 0 then 'after_selling_costs'
        else 'goods_margin'
    end as profit_contribution_basis,
    case when grades.order_count > 0 then {{ mean_amount('grades.net_amount', 'grades.order_count') }} end as average_order_amount,
    grades.net_amount_365d,
    grades.net_amount_prior_365d,
    grades.recency_days,
    grades.tenure_days,
    grades.rfm_purchase_days,
    grades.rfm_net_amount,
    grades.r_score,
    grades.f_score,
    grades.m_score,
    grades.rfm_cell,
    grades.rfm_segment,
    grades.lifecycle_stage,
    grades.lateness_ratio,
    grades.expected_next_order_date,
    grades.value_tier,
    grades.value_basis,
    grades.customer_type,
    {%- for column in ['is_{}_type', '{}_type_score'] %}
    {%- for type in customer_types() %}
    grades.{{ column.format(type) }},
    {%- endfor %}
    {%- endfor %}
    grades.clv_amount,
    grades.clv_low_amount,
    grades.clv_high_amount,
    case when grades.clv_method = 'mbg_nbd' then grades.probability_alive end as probability_alive,
    grades.clv_method,
    grades.risk_grade,
    grades.risk_score,
    grades.potential_score,
    grades.history_score,
    grades.influence_score,
    grades.safety_score,
    attitudes.nps_class,
    attitudes.attitude as satisfaction_score,
    grades.loyalty_score,
    levels.loyalty_level,
    grades.overall_score,
    grades.grade,
    {# How far the grade can be relied on: a complete record, enough orders, a score far from a cut. #}
    cast(
        criteria.confidence_completeness_points * coalesce(completeness.completeness_score, 0) / 100
        + criteria.confidence_orders_points * least(cast(grades.order_count as decimal(18, 6)) / criteria.confidence_full_orders, 1)
        + criteria.confidence_distance_points * case
            when criteria.confidence_full_distance_points > 0
                then least(cast(grades.points_to_nearest_grade as decimal(18, 6)) / criteria.confidence_full_distance_points, 1)
            else 1
        end as decimal(7, 4)
    ) as grade_confidence,
    grades.gate_code,
    grades.is_borderline,
    reasons.reason_codes
from {{ ref('int_grades_now') }} as grades
left join reasons on grades.customer_key = reasons.customer_key
inner join {{ ref('int_criteria_by_date') }} as criteria
    on grades.as_of_date = criteria.as_of_date
    and grades.criteria_version = criteria.criteria_version
    and grades.customer_kind = criteria.customer_kind
left join {{ ref('int_customer_completeness') }} as completeness on grades.customer_key = completeness.customer_key
left join {{ ref('int_attitude_measured') }} as attitudes
    on grades.as_of_date = attitudes.as_of_date
    and grades.criteria_version = attitudes.criteria_version
    and grades.customer_key = attitudes.customer_key
left join {{ ref('int_loyalty_levels') }} as levels on grades.customer_key = levels.customer_key
