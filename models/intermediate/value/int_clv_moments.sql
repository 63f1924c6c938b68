{#
    Grain: date due x criteria version x customer kind x repeat purchase days x days since the first purchase x period, of buyers under
    MBG/NBD: the end of the period as the argument z of the series of expected purchases, and how many terms it needs.
#}
with pairs as (
    select distinct as_of_date, criteria_version, customer_kind, repeat_purchase_days, tenure_days
    from {{ ref('int_purchases_measured') }}
    where is_buyer
)

select
    pairs.*,
    parameters.a,
    parameters.a + parameters.b + pairs.repeat_purchase_days as w,
    periods.period,
    periods.is_last,
    periods.discount_factor,
    periods.end_days / (parameters.alpha + pairs.tenure_days + periods.end_days) as z,
    {{ clv_term_count('parameters.alpha', 'pairs.tenure_days', 'periods.end_days') }} as term_count
from pairs
inner join {{ ref('int_clv_parameters_by_date') }} as parameters
    on pairs.as_of_date = parameters.as_of_date
    and pairs.criteria_version = parameters.criteria_version
    and pairs.customer_kind = parameters.customer_kind
    and parameters.clv_method = 'mbg_nbd'
inner join {{ ref('int_clv_periods') }} as periods
    on pairs.as_of_date = periods.as_of_date
    and pairs.criteria_version = periods.criteria_version
    and pairs.customer_kind = periods.customer_kind
