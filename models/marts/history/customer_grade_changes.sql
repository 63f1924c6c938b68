{#
    Grain: graded customer x field x since: what is otherwise than at the last month end, and than in the last publication, and the first cause that
    holds: other rules, a purchase (never of a fall), money given back, a gate, risk (both of what looks at them), time without a purchase,
    purchases that left the window, else others who moved.
#}
{%- set fields = ['grade', 'value_tier', 'lifecycle_stage', 'customer_type', 'risk_grade'] %}
{%- set facts = ['as_of_date', 'criteria_version', 'order_count', 'net_amount', 'net_amount_365d', 'recency_days', 'gate_code'] %}
with before as (
    select 'month_end' as since, grades.customer_key, grades.{{ (facts + fields) | join(', grades.') }}
    from {{ ref('int_grades_over_time') }} as grades
    where grades.as_of_date = (select max(as_of_date) from {{ ref('int_dates_graded') }} where not is_current)
    union all
    select 'publication', customer_key, {{ (facts + fields) | join(', ') }}
    from {{ source('previous', 'published_classes') }}
),

compared as (
    select
        before.since,
        before.as_of_date as from_date,
        now.as_of_date,
        now.customer_key,
        now.customer_kind,
        greatest(now.net_amount_365d, before.net_amount_365d) as net_amount_365d,
        {%- for field in fields %}
        before.{{ field }} as from_{{ field }},
        now.{{ field }} as to_{{ field }},
        {%- endfor %}
        now.criteria_version <> before.criteria_version as has_other_rules,
        now.order_count > before.order_count as has_bought,
        now.order_count < before.order_count or now.net_amount < before.net_amount as was_refunded,
        coalesce(now.gate_code, '') <> coalesce(before.gate_code, '') as has_other_gate,
        now.risk_grade <> before.risk_grade as has_other_risk,
        now.lifecycle_stage <> before.lifecycle_stage as has_other_stage,
        now.net_amount_365d < before.net_amount_365d as has_less_sales
    from {{ ref('int_grades_now') }} as now
    inner join before on now.customer_key = before.customer_key
),

changes as (
    {%- for field in fields %}
    select
        '{{ field }}' as field,
        from_{{ field }} as from_value,
        to_{{ field }} as to_value,
        {{ field in ('grade', 'customer_type', 'risk_grade') }} as looks_at_risk,
        {{ field in ('grade', 'value_tier', 'risk_grade') }} as is_ordered,
        compared.*
    from compared
    where from_{{ field }} <> to_{{ field }}
    {{- ' union all' if not loop.last }}
    {%- endfor %}
),

explained as (
    select
        changes.*,
        case
            when not is_ordered then 'other'
            when from_words.sort_order < to_words.sort_order then 'worse'
            else 'better'
        end as change_direction,
        case
            when has_other_rules then 'rules_changed'
            when has_bought and not (is_ordered and from_words.sort_order < to_words.sort_order) then 'bought'
            when was_refunded then 'refunded'
            when looks_at_risk and has_other_gate then 'gate'
            when looks_at_risk and has_other_risk then 'risk_changed'
            when has_other_stage and not has_bought then 'time_passed'
            when has_less_sales then 'window_moved'
            else 'others_moved'
        end as cause
    from changes
    left join {{ ref('class_labels_seed') }} as from_words
        on changes.field = from_words.class_family and changes.from_value = from_words.code
    left join {{ ref('class_labels_seed') }} as to_words
        on changes.field = to_words.class_family and changes.to_value = to_words.code
)

select
    explained.as_of_date,
    {{ customer_id('explained.customer_key') }} as customer_id,
    explained.customer_kind,
    explained.since,
    explained.from_date,
    explained.field,
    explained.from_value,
    explained.to_value,
    explained.change_direction,
    explained.cause,
    causes.label_en as cause_en,
    causes.label_zh as cause_zh,
    explained.net_amount_365d
from explained
inner join {{ ref('class_labels_seed') }} as causes on causes.class_family = 'change_cause' and explained.cause = causes.code
