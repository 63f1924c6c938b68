{#
    Grain: measure x subject of an earlier publication: the figure of the last one, and the median of those of the same weekday, from
    four of them on.
#}
with figures as (
    select
        earlier.gate,
        earlier.measure,
        earlier.subject,
        earlier.value,
        earlier.row_count,
        earlier.published_at = max(earlier.published_at) over () as is_last,
        {{ days_between('cast(earlier.published_at as date)', 'cast(settings.started_at as date)') }} % 7 = 0 as is_same_weekday
    from {{ source('previous', 'figures') }} as earlier
    cross join {{ ref('int_run_settings') }} as settings
    where earlier.published_at < settings.started_at
),

numbered as (
    select
        measure,
        subject,
        value,
        row_number() over (partition by measure, subject order by value) as position,
        count(*) over (partition by measure, subject) as run_count
    from figures
    where is_same_weekday
),

weekdays as (
    select
        measure,
        subject,
        avg(case when position * 2 in (run_count, run_count + 1, run_count + 2) then value end) as median_value
    from numbered
    where run_count >= 4
    group by measure, subject
)

select
    figures.gate,
    figures.measure,
    figures.subject,
    max(case when figures.is_last then figures.value end) as last_value,
    max(case when figures.is_last then figures.row_count end) as last_row_count,
    max(weekdays.median_value) as weekday_value
from figures
left join weekdays on figures.measure = weekdays.measure and figures.subject = weekdays.subject
group by figures.gate, figures.measure, figures.subject
