{#
    Grain: date due x criteria version x customer kind under MBG/NBD x step of the series: sums of logarithms that the terms of the
    hypergeometric series are made of. The n-th term of 2F1(u, v; w; z), u = a + b - r, v = a - 1, w = a + b + x, is
    exp(numerator_log(n) - (denominator_log(x + n) - denominator_log(x)) + n ln z), with the sign of numerator_sign(n): what depends on the
    customer's x is a look-up, so that no term is computed from the one before.
#}
with parameters as (
    select * from {{ ref('int_clv_parameters_by_date') }}
    where clv_method = 'mbg_nbd'
),

needed as (
    select
        parameters.as_of_date,
        parameters.criteria_version,
        parameters.customer_kind,
        parameters.r,
        parameters.a,
        parameters.b,
        max(measures.repeat_purchase_days) + {{ clv_term_count('parameters.alpha', '0', 'max(criteria.clv_horizon_days)') }} + 1 as step_count
    from parameters
    inner join {{ ref('int_criteria_by_date') }} as criteria
        on parameters.as_of_date = criteria.as_of_date
        and parameters.criteria_version = criteria.criteria_version
        and parameters.customer_kind = criteria.customer_kind
    inner join {{ ref('int_purchases_measured') }} as measures
        on parameters.as_of_date = measures.as_of_date
        and parameters.criteria_version = measures.criteria_version
        and parameters.customer_kind = measures.customer_kind
        and measures.is_buyer
    group by parameters.as_of_date, parameters.criteria_version, parameters.customer_kind, parameters.r, parameters.alpha, parameters.a, parameters.b
),

steps as (
    select
        as_of_date,
        criteria_version,
        customer_kind,
        a + b - r as u,
        a - 1 as v,
        a + b as w,
        {{ counted_up('step_count') }} as n
    from needed
)

select
    as_of_date,
    criteria_version,
    customer_kind,
    n,
    sum(ln(greatest(abs((u + n - 1) * (v + n - 1)), 1e-300)) - ln(n)) over before_it as numerator_log,
    case when mod(sum(case when (u + n - 1) * (v + n - 1) < 0 then 1 else 0 end) over before_it, 2) = 1 then -1 else 1 end as numerator_sign,
    sum(ln(w + n - 1)) over before_it as denominator_log
from steps
window before_it as (
    partition by as_of_date, criteria_version, customer_kind order by n rows between unbounded preceding and current row
)
