{#
    Grain: date due x criteria version x graded customer x trigger of risk that holds, with the value and the bound it reached. Of the
    triggers of one measure the one with the highest bound counts. A bound in a currency without a rate on the date holds for nobody.
#}
{%- set measures = [
    'days_past_due', 'limit_use', 'uninsured_amount', 'mean_late_days', 'credit_rating_rank', 'credit_review_age_days', 'refund_share',
    'open_dispute_count', 'disputed_share', 'fall_share', 'receivables_share', 'lost_decider_count', 'high_value_lateness',
    'sanctions_count', 'fraud_count',
    'legal_count',
] %}
{%- set exposures = ['overdue_amount', 'due_count', 'order_count_365d', 'net_amount_prior_180d', 'debtor_count', 'purchase_days'] %}
with bounds as (
    select
        due.as_of_date,
        triggers.*,
        case
            when triggers.min_unit is null then triggers.min_value
            else {{ times('triggers.min_value', 'rates.rate') }}
        end as converted_min_value
    from {{ ref('int_dates_due') }} as due
    inner join {{ ref('risk_triggers') }} as triggers on due.criteria_version = triggers.criteria_version
    left join {{ ref('int_reference_rates_by_date') }} as rates
        on due.as_of_date = rates.as_of_date and triggers.min_unit = rates.currency
),

measured as (
    {%- for measure in measures %}
    select
        as_of_date,
        criteria_version,
        customer_key,
        customer_kind,
        '{{ measure }}' as measure,
        cast({{ measure }} as decimal(18, 6)) as trigger_value,
        {{ exposures | join(', ') }}
    from {{ ref('int_risk_measured') }}
    where {{ measure }} > 0
    {{- ' union all' if not loop.last }}
    {%- endfor %}
),

holding as (
    select
        measured.as_of_date,
        measured.criteria_version,
        measured.customer_key,
        bounds.trigger_code,
        bounds.measure,
        bounds.risk_grade,
        measured.trigger_value,
        bounds.lower_bound,
        row_number() over (
            partition by measured.as_of_date, measured.criteria_version, measured.customer_key, bounds.measure
            order by bounds.lower_bound desc
        ) as position
    from measured
    inner join bounds
        on measured.as_of_date = bounds.as_of_date
        and measured.criteria_version = bounds.criteria_version
        and measured.customer_kind = bounds.customer_kind
        and measured.measure = bounds.measure
        and (measured.trigger_value > bounds.lower_bound or measured.trigger_value = bounds.lower_bound and not bounds.is_strict)
    where bounds.min_measure is null
        {%- for exposure in exposures %}
        or bounds.min_measure = '{{ exposure }}' and measured.{{ exposure }} >= bounds.converted_min_value
        {%- endfor %}
)

select as_of_date, criteria_version, customer_key, trigger_code, measure, risk_grade, trigger_value, lower_bound
from holding
where position = 1
