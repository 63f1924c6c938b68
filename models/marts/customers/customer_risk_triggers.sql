{# Grain: graded customer x trigger of risk that holds at the as-of date, with the value, the bound it reached and its words. #}
select
    triggers.as_of_date,
    {{ customer_id('triggers.customer_key') }} as customer_id,
    triggers.trigger_code,
    triggers.measure,
    triggers.risk_grade,
    triggers.trigger_value,
    triggers.lower_bound as trigger_bound,
    labels.label_en as trigger_en,
    labels.label_zh as trigger_zh
from {{ ref('int_risk_triggers') }} as triggers
inner join {{ ref('int_dates_due') }} as due
    on triggers.as_of_date = due.as_of_date and triggers.criteria_version = due.criteria_version and due.is_current
inner join {{ ref('class_labels_seed') }} as labels
    on labels.class_family = 'trigger_code' and triggers.trigger_code = labels.code
