{#
    Grain: measure x raw table whose rows are events: its newest day, as days since 2000, and days of the thirty before the as-of date on
    which nothing came, while the same weekday had five rows or more in each of the eight weeks before.
#}
with days as (
    select
        days.raw_table as subject,
        days.event_date,
        {{ days_between('days.event_date', 'settings.as_of_date') }} as days_ago,
        cast(sum(days.accepted_rows) as double) as accepted_rows
    from {{ ref('int_event_days') }} as days
    inner join {{ ref('int_run_settings') }} as settings on days.event_date <= settings.as_of_date
    group by days.raw_table, days.event_date, settings.as_of_date
),

weekdays as (
    select
        subject,
        days_ago % 7 as weekday,
        count(case when days_ago between 1 and 30 then 1 end) as recent_days,
        count(case when days_ago between 31 and 86 and accepted_rows >= 5 then 1 end) as full_days
    from days
    group by subject, days_ago % 7
),

holes as (
    select
        subject,
        -- Days 1 to 30 before the as-of date: five of the weekdays 1 and 2, four of the others.
        cast(sum(
            case when full_days = 8 then case when weekday in (1, 2) then 5 else 4 end - recent_days else 0 end
        ) as double) as missing_days
    from weekdays
    group by subject
),

newest as (
    select subject, max(event_date) as newest_date, sum(accepted_rows) as row_count
    from days
    group by subject
)

select
    'newest_day' as measure,
    subject,
    cast({{ days_between("date '2000-01-01'", 'newest_date') }} as double) as value,
    row_count
from newest
union all
select 'missing_days', holes.subject, holes.missing_days, newest.row_count
from holes inner join newest on holes.subject = newest.subject
