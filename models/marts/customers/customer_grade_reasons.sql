{# Grain: graded customer x position: up to five reasons, strongest first, with their text filled in, in both languages. #}
select
    {{ customer_id('customer_key') }} as customer_id,
    position,
    reason_code,
    weight,
    filled_value,
    reason_en,
    reason_zh
from {{ ref('int_grade_reasons') }}
