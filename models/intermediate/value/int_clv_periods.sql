{{ config(materialized='view') }}
{#
    Grain: date due x criteria version x customer kind x period of the horizon of customer lifetime value: its end in days and the factor
    by which what falls into it is discounted. The last period ends with the horizon.
#}
with periods as (
    select
        as_of_date,
        criteria_version,
        customer_kind,
        clv_horizon_days,
        clv_period_count,
        clv_discount_share,
        {{ counted_up('clv_period_count') }} as period
    from {{ ref('int_criteria_by_date') }}
)

select
    as_of_date,
    criteria_version,
    customer_kind,
    period,
    cast(clv_horizon_days as double) * period / clv_period_count as end_days,
    cast(clv_horizon_days as double) / clv_period_count as period_days,
    period = clv_period_count as is_last,
    pow(1 + cast(clv_discount_share as double), -cast(clv_horizon_days as double) * period / clv_period_count / 365.25) as discount_factor
from periods
