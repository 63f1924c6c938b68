{#
    Grain: date due x criteria version x customer kind, one column per number of `criteria_numbers` in the version in
    force. A number of the kind wins over one of `all`. Models join this row instead of holding numbers.
#}
{%- set names = [
    'new_max_days', 'active_max_days', 'dormant_max_days', 'reactivation_gap_days', 'reactivated_max_days',
    'tier_window_days', 'tier_high_share', 'tier_mid_share', 'tier_margin_min_coverage_share', 'tier_high_min_amount',
    'tier_min_population', 'rfm_window_days', 'rfm_monetary_bins', 'rfm_amount_cap_share', 'promotion_purchases_count',
    'borderline_points', 'reason_recent_min_r_score',
    'reason_lapsed_max_r_score', 'reason_frequent_min_f_score', 'thin_history_min_orders',
    'undone_purchases_count', 'score_min_population', 'score_shrinkage_customers',
    'receivable_tolerance_share', 'payment_window_days', 'late_grace_days', 'dispute_lapse_days', 'undelivered_lapse_days',
    'contact_lost_days', 'risk_mediums_to_high', 'risk_shrinkage_receivables', 'risk_full_late_days', 'risk_full_past_due_days',
    'clv_horizon_days', 'clv_period_count', 'clv_discount_share', 'clv_min_customers', 'clv_min_history_days', 'clv_min_repeaters',
    'clv_min_dropout_parameter', 'clv_max_dropout_parameter', 'clv_own_rate_min_customers', 'clv_shrinkage_days',
    'clv_shrinkage_purchases', 'clv_sample_customers', 'clv_interval_deviate', 'rhythm_counts', 'rhythm_min_purchase_days',
    'rhythm_shrinkage_gaps', 'rhythm_active_gaps', 'open_business_counts', 'won_deal_days', 'open_quote_days',
    'seasonal_max_months', 'seasonal_grace_days',
    'attitude_window_days', 'conversion_days', 'intent_days', 'similarity_shrinkage_customers', 'pipeline_default_share',
    'reason_strong_min_points', 'reason_growth_min_share', 'reason_late_min_points', 'reason_on_time_min_share',
    'reason_payments_min_count', 'reason_complaints_min_count', 'confidence_completeness_points', 'confidence_orders_points', 'confidence_distance_points',
    'confidence_full_orders', 'confidence_full_distance_points', 'type_min_interactions',
    'action_horizon_days', 'action_week_max_touches', 'action_month_max_touches', 'action_holdout_share', 'owner_week_hours', 'young_prospect_days',
    'next_product_window_days', 'next_product_min_customers', 'loyalty_simulation_counts', 'loyalty_return_days', 'loyalty_expiry_months',
    'loyalty_birthday_max_points', 'loyalty_growth_days', 'loyalty_grace_days',
] %}
with kinds as (
    select 'person' as customer_kind
    union all
    select 'organisation'
)

select
    due.as_of_date,
    due.is_current,
    due.criteria_version,
    kinds.customer_kind,
    {%- for name in names %}
    {%- set type = 'decimal(18, 6)' if name.endswith(('_share', '_amount', '_points', '_parameter', '_deviate')) else 'integer' %}
    cast(coalesce(
        max(case when numbers.name = '{{ name }}' and numbers.customer_kind = kinds.customer_kind then numbers.value end),
        max(case when numbers.name = '{{ name }}' and numbers.customer_kind = 'all' then numbers.value end)
    ) as {{ type }}) as {{ name }},
    {%- endfor %}
    max(case when numbers.name = 'tier_high_min_amount' and numbers.value is not null then numbers.unit end)
        as tier_high_min_currency
from {{ ref('int_dates_due') }} as due
cross join kinds
inner join {{ ref('criteria_numbers') }} as numbers
    on due.criteria_version = numbers.criteria_version
    and numbers.customer_kind in (kinds.customer_kind, 'all')
group by due.as_of_date, due.is_current, due.criteria_version, kinds.customer_kind
