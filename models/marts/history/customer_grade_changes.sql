{#
    Grain: graded customer x field x since: what is otherwise than at the last month end, and than in the last publication, and the first cause that
    holds: other rules, a purchase, money given back, a gate, risk, time without a purchase, purchases that left the window, else others who moved.
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
        case
            when now.criteria_version <> before.criteria_version then 'rules_changed'
            when now.order_count > before.order_count then 'bought'
            when now.order_count < before.order_count or now.net_amount < before.net_amount then 'refunded'
            when coalesce(now.gate_code, '') <> coalesce(before.gate_code, '') then 'gate'
            when now.risk_grade <> before.risk_grade then 'risk_changed'
            when now.lifecycle_stage <> before.lifecycle_stage then 'time_passed'
            when now.net_amount_365d < before.net_amount_365d then 'window_moved'
            else 'others_moved'
        end as cause
    from {{ ref('int_grades_now') }} as now
    inner join before on now.customer_key = before.customer_key
),

changes as (
    {%- for field in fields %}
    select since, from_date, as_of_date, customer_key, customer_kind, net_amount_365d, cause,
        '{{ field }}' as field, from_{{ field }} as from_value, to_{{ field }} as to_value
    from compared
    where from_{{ field }} <> to_{{ field }}
    {{- ' union all' if not loop.last }}
    {%- endfor %}
)

select
    changes.as_of_date,
    {{ customer_id('changes.customer_key') }} as customer_id,
    changes.customer_kind,
    changes.since,
    changes.from_date,
    changes.field,
    changes.from_value,
    changes.to_value,
    case
        when changes.field in ('lifecycle_stage', 'customer_type') then 'other'
        when from_words.sort_order < to_words.sort_order then 'worse'
        else 'better'
    end as change_direction,
    changes.cause,
    causes.label_en as cause_en,
    causes.label_zh as cause_zh,
    changes.net_amount_365d
from changes
left join {{ ref('class_labels_seed') }} as from_words
    on changes.field = from_words.class_family and changes.from_value = from_words.code
left join {{ ref('class_labels_seed') }} as to_words
    on changes.field = to_words.class_family and changes.to_value = to_words.code
inner join {{ ref('class_labels_seed') }} as causes on causes.class_family = 'change_cause' and changes.cause = causes.code
