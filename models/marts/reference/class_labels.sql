{# Grain: class family x code, with its words in English and Chinese. #}
select
    class_family,
    code,
    sort_order,
    label_en,
    label_zh,
    definition_en,
    definition_zh
from {{ ref('class_labels_seed') }}
