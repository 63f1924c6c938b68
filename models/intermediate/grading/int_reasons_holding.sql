{#
    Grain: graded customer x reason that holds at the as-of date. A reason is its code, its condition and the values that fill the
    placeholders of its label, as many as it has: {placeholder: expression}, or a pair where the value has a word in each language.
#}
{%- set amount = "concat(" ~ grouped_number('{}') ~ ", ' ', reporting_currency)" %}
{%- set reasons = [
    ('gate_capped', 'gate_code is not null', {'grade': 'gate_grade', 'gate': ('gate_en', 'gate_zh')}),
    ('valuable', 'potential_score >= reason_strong_min_points and expected_amount > 0',
        {'a': amount.replace('{}', 'expected_amount'), 'basis': ('basis_en', 'basis_zh')}),
    ('tier_top_share', "value_tier in ('high', 'mid')",
        {'p': 'tier_top_percent', 'basis': ('basis_en', 'basis_zh'), 'window': 'tier_window_days'}),
    ('recent', 'r_score >= reason_recent_min_r_score', {'date': 'last_purchase_date'}),
    ('frequent', 'f_score >= reason_frequent_min_f_score', {'n': 'rfm_purchase_days', 'window': 'rfm_window_days'}),
    ('growing', 'growth_share >= reason_growth_min_share', {'p': 'cast(round(100 * growth_share) as bigint)'}),
    ('falling', 'growth_share <= -reason_growth_min_share', {'p': 'cast(round(-100 * growth_share) as bigint)'}),
    ('pipeline_strong', 'pipeline_amount > 0', {'a': amount.replace('{}', 'pipeline_amount')}),
    ('pays_on_time', 'due_count >= reason_payments_min_count and due_count - late_count >= reason_on_time_min_share * due_count',
        {'p': 'cast(round(100.0 * (due_count - late_count) / due_count) as bigint)'}),
    ('pays_late', 'due_count >= reason_payments_min_count and due_count - late_count < reason_on_time_min_share * due_count',
        {'p': 'cast(round(100.0 * late_count / due_count) as bigint)', 'd': 'cast(round(mean_late_days) as bigint)'}),
    ('overdue_now', 'days_past_due > 0', {'a': amount.replace('{}', 'overdue_amount'), 'd': 'days_past_due'}),
    ('refunds_high', 'refund_share is not null', {'p': 'cast(round(100 * refund_share) as bigint)'}),
    ('complaints_high', 'own_fault_count >= reason_complaints_min_count', {'n': 'own_fault_count', 'window': 'rfm_window_days'}),
    ('referrer', 'referral_count > 0', {'n': 'referral_count'}),
    ('reference_customer', 'reference_customer = 1', {}),
    ('promoter', "nps_class = 'promoter'", {}),
    ('detractor', "nps_class = 'detractor'", {}),
    ('late_rhythm', "is_buyer and lateness_ratio >= reason_late_min_points and lifecycle_stage <> 'new' and limit_basis <> 'seasonal' and purchase_days > 1",
        {'r': 'cast(lateness_ratio as decimal(9, 1))'}),
    ('lapsed', 'r_score <= reason_lapsed_max_r_score', {'date': 'last_purchase_date'}),
    ('one_time', 'is_buyer and purchase_days = 1', {}),
    ('kept_active', 'is_kept_by_business', {'business': ('business_en', 'business_zh')}),
    ('own_rhythm', "is_kept_by_rhythm and limit_basis <> 'fixed'", {}),
    ('near_cut', 'is_borderline and gate_code is null',
        {'x': 'greatest(cast(points_to_nearest_grade as decimal(7, 1)), cast(0.1 as decimal(7, 1)))', 'grade': 'nearest_grade'}),
    ('only_refunds', 'has_only_refunds', {}),
    ('missing_input', "missing_en <> ''", {'fields': ('missing_en', 'missing_zh')}),
    ('thin_history', 'is_buyer and order_count < thin_history_min_orders', {'n': 'thin_history_min_orders - 1'}),
    ('thin_population', 'shrinkage_contribution <> 0 or tier_population < tier_min_population', {
        'n': 'case when shrinkage_contribution <> 0 then greatest(score_min_population, tier_min_population) else tier_min_population end',
    }),
] %}
{%- set limits = [
    'tier_window_days', 'rfm_window_days', 'tier_min_population', 'score_min_population', 'thin_history_min_orders', 'reason_strong_min_points',
    'reason_recent_min_r_score', 'reason_lapsed_max_r_score', 'reason_frequent_min_f_score', 'reason_growth_min_share',
    'reason_late_min_points', 'reason_on_time_min_share', 'reason_payments_min_count', 'reason_complaints_min_count',
] %}
with facts as (
    select
        reasons.*,
        {%- for name in limits %}
        criteria.{{ name }}{{ ',' if not loop.last }}
        {%- endfor %}
    from {{ ref('int_reason_facts') }} as reasons
    inner join {{ ref('int_criteria_by_date') }} as criteria
        on reasons.as_of_date = criteria.as_of_date
        and reasons.criteria_version = criteria.criteria_version
        and reasons.customer_kind = criteria.customer_kind
)

{%- for code, condition, values in reasons %}
select
    facts.as_of_date,
    facts.criteria_version,
    facts.customer_key,
    {%- for component in measured() %}
    facts.{{ component }}_weight_share * (facts.{{ component }}_score - 50) as {{ component }}_impact,
    {%- endfor %}
    labels.code as reason_code,
    {%- set first = values.values() | list | first if values else 'null' %}
    cast({{ first if first is string else first[0] }} as {{ dbt.type_string() }}) as filled_value,
    {{ filled_label('labels.label_en', values, 0) }} as reason_en,
    {{ filled_label('labels.label_zh', values, 1) }} as reason_zh
from facts
inner join {{ ref('class_labels_seed') }} as labels on labels.class_family = 'reason_code' and labels.code = '{{ code }}'
where {{ condition }}
{{- ' union all' if not loop.last }}
{%- endfor %}
