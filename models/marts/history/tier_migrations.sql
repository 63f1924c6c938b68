{#
    Grain: period x kind x tier at its start x tier at its end. A period runs from one graded date to the next. The
    rows of a start tier sum to its size then; `entered` and `left` are customers who were not graded, or not of the
    kind, at the other end. net_amount is that of the 365 days before the period's start (its end for those entering).
#}
with periods as (
    select
        as_of_date as period_start,
        lead(as_of_date) over (order by as_of_date) as period_end
    from {{ ref('int_dates_graded') }}
),

starts as (
    select periods.period_start, periods.period_end, grades.customer_kind, grades.customer_key, grades.value_tier,
        grades.net_amount_365d
    from periods
    inner join {{ ref('int_grades_over_time') }} as grades on periods.period_start = grades.as_of_date
    where periods.period_end is not null
),

ends as (
    select periods.period_start, periods.period_end, grades.customer_kind, grades.customer_key, grades.value_tier,
        grades.net_amount_365d
    from periods
    inner join {{ ref('int_grades_over_time') }} as grades on periods.period_end = grades.as_of_date
),

moves as (
    select
        coalesce(starts.period_start, ends.period_start) as period_start,
        coalesce(starts.period_end, ends.period_end) as period_end,
        coalesce(starts.customer_kind, ends.customer_kind) as customer_kind,
        coalesce(starts.value_tier, 'entered') as from_tier,
        coalesce(ends.value_tier, 'left') as to_tier,
        coalesce(starts.net_amount_365d, ends.net_amount_365d) as net_amount
    from starts
    full outer join ends
        on starts.period_start = ends.period_start
        and starts.customer_kind = ends.customer_kind
        and starts.customer_key = ends.customer_key
)

select
    period_start,
    period_end,
    customer_kind,
    from_tier,
    to_tier,
    cast(count(*) as integer) as customer_count,
    cast(sum(net_amount) as decimal(18, 4)) as net_amount
from moves
group by period_start, period_end, customer_kind, from_tier, to_tier
