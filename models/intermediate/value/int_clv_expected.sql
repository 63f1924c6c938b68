{#
    Grain: date due x criteria version x customer kind x repeat purchase days x days since the first purchase, of buyers under MBG/NBD:
    purchase days to expect of one who is still a customer, to the horizon, and the same discounted. Batislam et al. (2007) after Euler's
    transformation:
    E[Y(t)] / P(alive) = (a + b + x) / (a - 1) * (1 - (1 - z)^(a - 1) * 2F1(a + b - r, a - 1; a + b + x; z)), z = t / (alpha + T + t).
    Once for each pair, with as many terms as it needs; terms are summed as decimals, so that their order does not matter.
#}
with starts as (
    select moments.*, coalesce(series.denominator_log, 0) as start_log
    from {{ ref('int_clv_moments') }} as moments
    left join {{ ref('int_clv_series') }} as series
        on moments.as_of_date = series.as_of_date
        and moments.criteria_version = series.criteria_version
        and moments.customer_kind = series.customer_kind
        and moments.repeat_purchase_days = series.n
),

terms as (
    select as_of_date, criteria_version, customer_kind, repeat_purchase_days, tenure_days, period, start_log, ln(z) as log_z,
        {{ counted_up('term_count') }} as n
    from starts
),

sums as (
    select
        terms.as_of_date,
        terms.criteria_version,
        terms.customer_kind,
        terms.repeat_purchase_days,
        terms.tenure_days,
        terms.period,
        1 + cast(sum(cast(
            tops.numerator_sign * exp(tops.numerator_log - (bottoms.denominator_log - terms.start_log) + terms.n * terms.log_z) as decimal(38, 15)
        )) as double) as hypergeometric
    from terms
    inner join {{ ref('int_clv_series') }} as tops
        on terms.as_of_date = tops.as_of_date
        and terms.criteria_version = tops.criteria_version
        and terms.customer_kind = tops.customer_kind
        and terms.n = tops.n
    inner join {{ ref('int_clv_series') }} as bottoms
        on terms.as_of_date = bottoms.as_of_date
        and terms.criteria_version = bottoms.criteria_version
        and terms.customer_kind = bottoms.customer_kind
        and terms.repeat_purchase_days + terms.n = bottoms.n
    group by terms.as_of_date, terms.criteria_version, terms.customer_kind, terms.repeat_purchase_days, terms.tenure_days, terms.period
),

expected as (
    select
        moments.*,
        moments.w / (moments.a - 1) * (1 - pow(1 - moments.z, moments.a - 1) * sums.hypergeometric) as expected_days
    from {{ ref('int_clv_moments') }} as moments
    inner join sums
        on moments.as_of_date = sums.as_of_date
        and moments.criteria_version = sums.criteria_version
        and moments.customer_kind = sums.customer_kind
        and moments.repeat_purchase_days = sums.repeat_purchase_days
        and moments.tenure_days = sums.tenure_days
        and moments.period = sums.period
)

select
    as_of_date,
    criteria_version,
    customer_kind,
    repeat_purchase_days,
    tenure_days,
    max(case when is_last then expected_days end) as expected_days,
    cast(sum(cast((expected_days - expected_days_before) * discount_factor as decimal(38, 15))) as double) as discounted_days
from (
    select
        expected.*,
        coalesce(lag(expected_days) over (
            partition by as_of_date, criteria_version, customer_kind, repeat_purchase_days, tenure_days order by period
        ), 0) as expected_days_before
    from expected
) as cumulated
group by as_of_date, criteria_version, customer_kind, repeat_purchase_days, tenure_days
