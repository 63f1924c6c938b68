{#
    Grain: graded customer x reason, current as-of date. Decides which reasons hold and their order: by weight, then code; at
    most five. A reason is its code, its condition and the values that fill the placeholders of its label, as many as it has:
    {placeholder: expression}, or a pair where the value has a word in each language.
#}
{%- set reasons = [
    ('tier_top_share', "value_tier in ('high', 'mid')",
        {'p': 'tier_top_percent', 'basis': ('basis_en', 'basis_zh'), 'window': 'tier_window_days'}),
    ('recent', 'r_score >= reason_recent_min_r_score', {'n': 'recency_days'}),
    ('lapsed', 'r_score <= reason_lapsed_max_r_score', {'n': 'recency_days'}),
    ('frequent', 'f_score >= reason_frequent_min_f_score', {'n': 'rfm_purchase_days'}),
    ('one_time', 'is_buyer and purchase_days = 1', {'n': 'purchase_days'}),
    ('near_cut', 'is_borderline', {'x': 'cast(points_to_nearest_grade as decimal(7, 2))', 'grade': 'nearest_grade'}),
    ('only_refunds', 'has_only_refunds', {'n': 'order_count'}),
    ('missing_input', 'is_input_missing and not has_only_refunds', {'fields': "'purchases'"}),
    ('thin_history', 'order_count < thin_history_min_orders', {'n': 'order_count'}),
    ('thin_population', 'is_drawn_to_both_kinds or tier_population < tier_min_population', {
        'n': 'case when is_drawn_to_both_kinds then greatest(score_min_population, tier_min_population) else tier_min_population end',
    }),
] %}
with facts as (
    select
        grades.*,
        criteria.tier_window_days,
        cast(100 * (criteria.tier_high_share + case when grades.value_tier = 'mid' then criteria.tier_mid_share else 0 end) as integer)
            as tier_top_percent,
        criteria.tier_min_population,
        criteria.score_min_population,
        criteria.reason_recent_min_r_score,
        criteria.reason_lapsed_max_r_score,
        criteria.reason_frequent_min_f_score,
        criteria.thin_history_min_orders,
        bases.label_en as basis_en,
        bases.label_zh as basis_zh
    from {{ ref('int_grades_now') }} as grades
    inner join {{ ref('int_criteria_by_date') }} as criteria
        on grades.as_of_date = criteria.as_of_date
        and grades.criteria_version = criteria.criteria_version
        and grades.customer_kind = criteria.customer_kind
    left join {{ ref('class_labels_seed') }} as bases
        on bases.class_family = 'value_basis' and grades.value_basis = bases.code
),

holding as (
    {%- for code, condition, values in reasons %}
    select
        facts.as_of_date,
        facts.criteria_version,
        facts.customer_key,
        labels.code as reason_code,
        cast({{ values.values() | first }} as {{ dbt.type_string() }}) as filled_value,
        {{ filled_label('labels.label_en', values, 0) }} as reason_en,
        {{ filled_label('labels.label_zh', values, 1) }} as reason_zh
    from facts
    inner join {{ ref('class_labels_seed') }} as labels on labels.class_family = 'reason_code' and labels.code = '{{ code }}'
    where {{ condition }}
    {{- ' union all' if not loop.last }}
    {%- endfor %}
),

ordered as (
    select
        holding.*,
        cast(weights.weight as integer) as weight,
        cast(row_number() over (
            partition by holding.criteria_version, holding.customer_key
            order by weights.weight desc, holding.reason_code
        ) as integer) as position
    from holding
    inner join {{ ref('grade_reasons') }} as weights
        on holding.criteria_version = weights.criteria_version and holding.reason_code = weights.reason_code
)

select * from ordered
where position <= 5
