{#
    Grain: period up to the as-of date that tiers are looked at: the last month, quarter and year, each from a graded month end on, so that the tier
    a customer had at the start is known.
#}
with dates as (
    select
        as_of_date,
        is_current,
        row_number() over (order by as_of_date desc) as place
    from {{ ref('int_dates_graded') }}
),

kinds as (
    select 'month' as period_kind, 2 as start_place
    union all
    select 'quarter', 4
    union all
    select 'year', 13
)

select
    kinds.period_kind,
    starts.as_of_date as period_start,
    ends.as_of_date as period_end,
    {{ days_between('starts.as_of_date', 'ends.as_of_date') }} as period_days
from kinds
inner join dates as starts on kinds.start_place = starts.place
inner join dates as ends on ends.is_current
