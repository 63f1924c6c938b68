{# Grain: graded customer x position: up to five reasons, strongest first, with their text filled in, in both languages. #}
select
    {{ customer_id('reasons.customer_key') }} as customer_id,
    reasons.position,
    reasons.reason_code,
    reasons.weight,
    reasons.filled_value,
    replace(replace(replace(replace(
        labels.label_en,
        concat('{', reasons.placeholder, '}'), reasons.filled_value),
        '{basis}', coalesce(lenses.label_en, '')),
        '{window}', coalesce(reasons.window_days, '')),
        '{grade}', coalesce(reasons.nearest_grade, '')) as reason_en,
    replace(replace(replace(replace(
        labels.label_zh,
        concat('{', reasons.placeholder, '}'), reasons.filled_value),
        '{basis}', coalesce(lenses.label_zh, '')),
        '{window}', coalesce(reasons.window_days, '')),
        '{grade}', coalesce(reasons.nearest_grade, '')) as reason_zh
from {{ ref('int_grade_reasons') }} as reasons
inner join {{ ref('class_labels_seed') }} as labels
    on labels.class_family = 'reason_code' and reasons.reason_code = labels.code
left join {{ ref('class_labels_seed') }} as lenses
    on lenses.class_family = 'value_basis' and reasons.value_basis = lenses.code
