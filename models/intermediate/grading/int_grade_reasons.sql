{#
    Grain: graded customer x reason, current as-of date. Decides which reasons hold and their order: by weight, then
    code; at most five. The values that fill the label's text stand beside the code.
#}
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
        criteria.thin_history_min_orders
    from {{ ref('int_grades_now') }} as grades
    inner join {{ ref('int_criteria_by_date') }} as criteria
        on grades.as_of_date = criteria.as_of_date and grades.customer_kind = criteria.customer_kind
),

{% set text = dbt.type_string() -%}
{%- set reasons = [
    ('tier_top_share', "value_tier in ('high', 'mid')", 'p', 'tier_top_percent'),
    ('recent', 'r_score >= reason_recent_min_r_score', 'n', 'recency_days'),
    ('lapsed', 'r_score <= reason_lapsed_max_r_score', 'n', 'recency_days'),
    ('frequent', 'f_score >= reason_frequent_min_f_score', 'n', 'rfm_purchase_days'),
    ('one_time', 'is_buyer and purchase_days = 1', 'n', 'purchase_days'),
    ('near_cut', 'is_borderline', 'x', 'cast(points_to_nearest_grade as decimal(7, 2))'),
    ('only_refunds', 'has_only_refunds', 'n', 'order_count'),
    ('missing_input', 'is_input_missing and not has_only_refunds', 'fields', "'purchases'"),
    ('thin_history', 'order_count < thin_history_min_orders', 'n', 'order_count'),
    ('thin_population', 'is_drawn_to_both_kinds or tier_population < tier_min_population', 'n',
        'case when is_drawn_to_both_kinds then greatest(score_min_population, tier_min_population) else tier_min_population end'),
] -%}
holding as (
    {% for code, condition, placeholder, value in reasons -%}
    select
        as_of_date,
        criteria_version,
        customer_key,
        '{{ code }}' as reason_code,
        '{{ placeholder }}' as placeholder,
        cast({{ value }} as {{ text }}) as filled_value,
        {{ 'value_basis' if code == 'tier_top_share' else 'cast(null as ' ~ text ~ ')' }} as value_basis,
        {{ 'cast(tier_window_days as ' ~ text ~ ')' if code == 'tier_top_share' else 'cast(null as ' ~ text ~ ')' }} as window_days,
        {{ 'nearest_grade' if code == 'near_cut' else 'cast(null as ' ~ text ~ ')' }} as nearest_grade
    from facts
    where {{ condition }}
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

ordered as (
    select
        holding.*,
        weights.weight,
        row_number() over (
            partition by holding.customer_key
            order by weights.weight desc, holding.reason_code
        ) as position
    from holding
    inner join {{ ref('grade_reasons') }} as weights
        on holding.criteria_version = weights.criteria_version and holding.reason_code = weights.reason_code
)

select
    as_of_date,
    customer_key,
    cast(position as integer) as position,
    reason_code,
    cast(weight as integer) as weight,
    placeholder,
    filled_value,
    value_basis,
    window_days,
    nearest_grade
from ordered
where position <= 5
