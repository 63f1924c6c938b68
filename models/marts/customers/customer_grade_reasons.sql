{# Grain: graded customer x position: up to eight reasons, those that moved the score most first, with their text filled in, in both languages. #}
select
    {{ customer_id('customer_key') }} as customer_id,
    position,
    reason_code,
    direction,
    moved_points,
    weight,
    filled_value,
    reason_en,
    reason_zh
from {{ ref('int_grade_reasons') }}
