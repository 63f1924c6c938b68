{#
    Grain: horizon x customer kind x order of those with an amount that could default in its days: our score and grade of risk beside naive
    orders. AUC is the chance that one who defaulted stands before one who did not; who has no score stands last.
#}
{%- set orders = {
    'risk_score': 'coalesce(risk_score, -1)', 'risk_grade': 'risk_severity', 'days_past_due': 'days_past_due', 'late_count': 'late_count',
} %}
with ordered as (
    {%- for order, value in orders.items() %}
    select
        horizon_days,
        period_start,
        customer_kind,
        '{{ order }}' as order_code,
        has_defaulted,
        rank() over (partition by horizon_days, customer_kind order by {{ value }})
        + count(*) over (partition by horizon_days, customer_kind order by {{ value }}) as twice_middle
    from {{ ref('int_defaults_observed') }}
    {{- ' union all' if not loop.last }}
    {%- endfor %}
)

select
    horizon_days,
    period_start,
    customer_kind,
    order_code,
    cast(count(*) as integer) as customer_count,
    cast(count(case when has_defaulted then 1 end) as integer) as defaulted_count,
    cast({{ area_under_curve('has_defaulted') }} as decimal(9, 6)) as auc_defaulted
from ordered
group by horizon_days, period_start, customer_kind, order_code
