{# Grain: one graded customer at the current as-of date: what was measured, what was decided, and why. #}
with reasons as (
    select
        customer_key,
        {{ joined_text('reason_code', ';', 'reason_code') }} as reason_codes
    from {{ ref('int_grade_reasons') }}
    group by customer_key
)

select
    grades.as_of_date,
    {{ customer_id('grades.customer_key') }} as customer_id,
    grades.customer_kind,
    grades.criteria_version,
    measures.order_count,
    measures.purchase_days,
    measures.repeat_purchase_days,
    measures.first_purchase_date,
    measures.last_purchase_date,
    measures.gross_amount,
    measures.refunded_amount,
    measures.net_amount,
    measures.margin_amount,
    case
        when measures.gross_amount > 0
            then cast(measures.costed_gross_amount as double) / cast(measures.gross_amount as double)
    end as margin_coverage_share,
    case
        when measures.order_count > 0
            then {{ mean_amount('measures.net_amount', 'measures.order_count') }}
    end as average_order_amount,
    measures.net_amount_365d,
    measures.net_amount_prior_365d,
    measures.recency_days,
    measures.tenure_days,
    measures.rfm_purchase_days,
    measures.rfm_net_amount,
    grades.r_score,
    grades.f_score,
    grades.m_score,
    grades.rfm_cell,
    grades.rfm_segment,
    grades.lifecycle_stage,
    grades.value_tier,
    grades.value_lens,
    grades.history_score,
    grades.overall_score,
    grades.grade,
    grades.is_borderline,
    reasons.reason_codes
from {{ ref('int_grades') }} as grades
inner join {{ ref('int_purchases_measured') }} as measures
    on grades.as_of_date = measures.as_of_date and grades.customer_key = measures.customer_key
left join reasons on grades.customer_key = reasons.customer_key
where grades.is_current
