{#
    Grain: criteria version x kind x rule: every number, cut, weight and map of every version, in one long table, so that
    "which rule applied" is a query. What is weighed and not measured, the history of prospects and the credit line and headroom of persons, moves nothing,
    and says so.
#}
with rules as (
    select criteria_version, customer_kind, 'number' as rule_family, name as rule_name, value as rule_value,
        unit as rule_result, true as is_measured
    from {{ ref('criteria_numbers') }}
    union all
    select criteria_version, customer_kind, 'score_cut', concat(measure, ' score ', cast(score as {{ dbt.type_string() }})),
        lower_bound, cast(score as {{ dbt.type_string() }}), true
    from {{ ref('score_cuts') }}
    union all
    select criteria_version, 'all', 'grade_band', concat('grade ', grade), lower_bound, grade, true
    from {{ ref('grade_bands') }}
    union all
    select criteria_version, customer_kind, 'component_weight', concat(population, ' ', component), weight, component,
        population = 'buyer' or component <> 'history'
    from {{ ref('component_weights') }}
    union all
    select criteria_version, customer_kind, 'measure_weight', concat(component, ' ', measure), weight, measure,
        customer_kind = 'organisation' or measure <> 'limit_use'
    from {{ ref('measure_weights') }}
    union all
    select criteria_version, 'all', 'reason_weight', concat('reason ', reason_code), weight, reason_code, true
    from {{ ref('grade_reasons') }}
    union all
    select criteria_version, customer_kind, 'risk_trigger', concat(trigger_code, ' ', measure), lower_bound, risk_grade, true
    from {{ ref('risk_triggers') }}
    union all
    select criteria_version, 'all', 'risk_grade', concat('risk ', risk_grade), min_score, risk_grade, true
    from {{ ref('risk_grades') }}
    union all
    select gates.criteria_version, 'all', 'grade_gate', concat(gates.gate_family, ' ', gates.gate_code), bands.lower_bound, gates.max_grade, true
    from {{ ref('grade_gates') }} as gates
    inner join {{ ref('grade_bands') }} as bands
        on gates.criteria_version = bands.criteria_version and gates.max_grade = bands.grade
    union all
    select criteria_version, customer_kind, 'score_part', concat(score, ' ', part), weight,
        concat(cast(zero_at as {{ dbt.type_string() }}), ' to ', cast(full_at as {{ dbt.type_string() }})),
        customer_kind = 'organisation' or part <> 'headroom'
    from {{ ref('score_parts') }}
    union all
    {%- for column in ['min_score', 'precedence', 'min_known_percent', 'min_purchase_days', 'min_order_count', 'min_ticket_count'] %}
    select criteria_version, customer_kind, 'customer_type', concat(customer_type, ' {{ column }}'), {{ column }}, value_tiers, true
    from {{ ref('customer_types') }}
    union all
    {%- endfor %}
    select criteria_version, 'all', 'rfm_segment',
        concat('cell ', cast(100 * r_score + 10 * f_score + m_score as {{ dbt.type_string() }})),
        100 * r_score + 10 * f_score + m_score, rfm_segment, true
    from {{ ref('int_rfm_cells') }}
)

select
    rules.criteria_version,
    periods.valid_from,
    rules.customer_kind,
    rules.rule_family,
    rules.rule_name,
    cast(rules.rule_value as decimal(18, 6)) as rule_value,
    rules.rule_result,
    rules.is_measured
from rules
inner join {{ ref('int_criteria_periods') }} as periods on rules.criteria_version = periods.criteria_version
