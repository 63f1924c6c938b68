{{ config(materialized='view') }}
{#
    Grain: spine date x graded customer. All that grading decides, in one row: the code path of today, of history and
    of any backtest. A view: the month ends are written once where they are kept.
#}
select
    measures.as_of_date,
    measures.is_current,
    measures.criteria_version,
    measures.customer_key,
    measures.customer_kind,
    measures.order_count,
    measures.purchase_days,
    measures.net_amount,
    measures.net_amount_365d,
    measures.recency_days,
    lifecycle.lifecycle_stage,
    rfm.r_score,
    rfm.f_score,
    rfm.m_score,
    rfm.rfm_cell,
    rfm.rfm_segment,
    tiers.value_tier,
    tiers.value_lens,
    scores.history_score,
    scores.history_contribution,
    scores.overall_score,
    scores.is_input_missing,
    banded.grade,
    banded.is_borderline
from {{ ref('int_purchases_measured') }} as measures
inner join {{ ref('int_lifecycle_classed') }} as lifecycle
    on measures.as_of_date = lifecycle.as_of_date and measures.customer_key = lifecycle.customer_key
inner join {{ ref('int_rfm_classed') }} as rfm
    on measures.as_of_date = rfm.as_of_date and measures.customer_key = rfm.customer_key
inner join {{ ref('int_value_tier_classed') }} as tiers
    on measures.as_of_date = tiers.as_of_date and measures.customer_key = tiers.customer_key
inner join {{ ref('int_overall_scored') }} as scores
    on measures.as_of_date = scores.as_of_date and measures.customer_key = scores.customer_key
inner join {{ ref('int_grades_banded') }} as banded
    on measures.as_of_date = banded.as_of_date and measures.customer_key = banded.customer_key
