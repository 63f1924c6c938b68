{#
    Grain: graded customer at the as-of date: what reasons are made of, in one row: the grade with its components, and behind them payments,
    expectations, influence and attitude, with the words that fill their texts.
#}
{%- set components = measured().keys() | list %}
with component_words as (
    select
        {%- for component in components %}
        max(case when code = '{{ component }}' then label_en end) as {{ component }}_en,
        max(case when code = '{{ component }}' then label_zh end) as {{ component }}_zh{{ ',' if not loop.last }}
        {%- endfor %}
    from {{ ref('class_labels_seed') }}
    where class_family = 'component'
)

select
    grades.*,
    settings.reporting_currency,
    expected.expected_amount,
    expected.pipeline_amount,
    payments.due_count,
    payments.late_count,
    payments.mean_late_days,
    payments.days_past_due,
    cast(payments.open_amount - payments.not_due_amount as decimal(18, 4)) as overdue_amount,
    influence.referral_count,
    influence.reference_customer,
    attitudes.nps_class,
    refunds.trigger_value as refund_share,
    case
        when grades.net_amount_prior_180d > 0 and grades.net_amount_180d >= 0
            then (cast(grades.net_amount_180d as double) - cast(grades.net_amount_prior_180d as double)) / cast(grades.net_amount_prior_180d as double)
    end as growth_share,
    concat_ws(', '
        {%- for component in components %}, case when grades.is_{{ component }}_missing then component_words.{{ component }}_en end
        {%- endfor %}) as missing_en,
    concat_ws('、'
        {%- for component in components %}, case when grades.is_{{ component }}_missing then component_words.{{ component }}_zh end
        {%- endfor %}) as missing_zh,
    gate_words.label_en as gate_en,
    gate_words.label_zh as gate_zh,
    business_words.label_en as business_en,
    business_words.label_zh as business_zh,
    basis_words.label_en as basis_en,
    basis_words.label_zh as basis_zh
from {{ ref('int_grades_now') }} as grades
cross join {{ ref('int_run_settings') }} as settings
cross join component_words
left join {{ ref('int_expected_amounts') }} as expected
    on grades.as_of_date = expected.as_of_date
    and grades.criteria_version = expected.criteria_version
    and grades.customer_key = expected.customer_key
left join {{ ref('int_payments_measured') }} as payments
    on grades.as_of_date = payments.as_of_date
    and grades.criteria_version = payments.criteria_version
    and grades.customer_key = payments.customer_key
left join {{ ref('int_influence_measured') }} as influence
    on grades.as_of_date = influence.as_of_date
    and grades.criteria_version = influence.criteria_version
    and grades.customer_key = influence.customer_key
left join {{ ref('int_attitude_measured') }} as attitudes
    on grades.as_of_date = attitudes.as_of_date
    and grades.criteria_version = attitudes.criteria_version
    and grades.customer_key = attitudes.customer_key
left join {{ ref('int_risk_triggers') }} as refunds
    on grades.as_of_date = refunds.as_of_date
    and grades.criteria_version = refunds.criteria_version
    and grades.customer_key = refunds.customer_key
    and refunds.trigger_code = 'refund_high'
left join {{ ref('class_labels_seed') }} as gate_words
    on gate_words.class_family in ('trigger_code', 'lifecycle_stage') and grades.gate_code = gate_words.code
left join {{ ref('class_labels_seed') }} as business_words
    on business_words.class_family = 'open_business' and grades.open_business = business_words.code
left join {{ ref('int_value_bases') }} as bases
    on grades.as_of_date = bases.as_of_date
    and grades.criteria_version = bases.criteria_version
    and grades.customer_kind = bases.customer_kind
left join {{ ref('class_labels_seed') }} as basis_words
    on basis_words.class_family = 'value_basis' and basis_words.code = coalesce(grades.value_basis, bases.value_basis, 'net_amount')
