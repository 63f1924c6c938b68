{#
    Grain: one calendar day, from the first of January of the first order's year to the as-of date's year end, at most
    100 years. The calendar for BI tools and the time spine for metrics.
#}
with digits as (
    {% for digit in range(10) -%}
    select {{ digit }} as digit{{ ' union all' if not loop.last }}
    {% endfor %}
),

bounds as (
    select
        settings.as_of_date,
        cast(concat(cast(extract(year from settings.as_of_date) as {{ dbt.type_string() }}), '-12-31') as date) as last_date
    from {{ ref('int_run_settings') }} as settings
),

firsts as (
    select min(event_date) as first_event_date from {{ ref('int_event_days') }}
),

days as (
    select {{ days_after('bounds.last_date', '-(10000 * e.digit + 1000 * d.digit + 100 * c.digit + 10 * b.digit + a.digit)') }}
        as calendar_date
    from bounds
    cross join digits as a
    cross join digits as b
    cross join digits as c
    cross join digits as d
    cross join digits as e
    where e.digit < 4
)

select
    days.calendar_date,
    cast(extract(year from days.calendar_date) as integer) as calendar_year,
    cast(extract(quarter from days.calendar_date) as integer) as calendar_quarter,
    cast(extract(month from days.calendar_date) as integer) as calendar_month,
    cast(extract(day from days.calendar_date) as integer) as day_of_month,
    extract(month from days.calendar_date) <> extract(month from {{ days_after('days.calendar_date', '1') }}) as is_month_end,
    days.calendar_date = bounds.as_of_date as is_as_of_date,
    graded.as_of_date is not null as is_graded_date
from days
cross join bounds
cross join firsts
left join {{ ref('int_dates_graded') }} as graded on days.calendar_date = graded.as_of_date
where extract(year from days.calendar_date) >= extract(year from least(coalesce(firsts.first_event_date, bounds.as_of_date), bounds.as_of_date))
