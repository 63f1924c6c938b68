{#
    Grain: horizon x customer kind x tenth of the buyers at its start by customer lifetime value, 1 the lowest: what was expected of them,
    scaled to the horizon, and what came.
#}
with placed as (
    select
        outcomes.*,
        row_number() over (partition by horizon_days, customer_kind order by clv_amount, customer_key) as place,
        count(*) over (partition by horizon_days, customer_kind) as population
    from {{ ref('int_outcomes_observed') }} as outcomes
    where lifecycle_stage <> 'prospect' and clv_amount is not null
),

tenths as (
    select placed.*, {{ whole_division('10 * (place - 1)', 'population') }} + 1 as tenth
    from placed
)

select
    horizon_days,
    period_start,
    customer_kind,
    cast(tenth as integer) as tenth,
    cast(count(*) as integer) as customer_count,
    {{ mean_amount('cast(sum(clv_amount) * horizon_days / 365 as decimal(18, 4))', 'count(*)') }} as mean_expected_amount,
    {{ mean_amount('sum(later_net_amount)', 'count(*)') }} as mean_later_amount
from tenths
group by horizon_days, period_start, customer_kind, tenth
