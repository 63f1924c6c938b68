{#
    Grain: source x raw table that has rows: the last day its rows speak of, up to the as-of date, and when its newest
    file was put into the landing folder.
#}
with events as (
    select days.raw_table, max(days.event_date) as last_event_date
    from {{ ref('int_event_days') }} as days
    inner join {{ ref('int_run_settings') }} as settings on days.event_date <= settings.as_of_date
    group by days.raw_table
)

select
    files.source_name,
    files.source_table,
    max(events.last_event_date) as last_event_date,
    cast(max(files.modified_at) as timestamp) as last_landed_at,
    cast(count(*) as integer) as file_count
from {{ source('grading', 'files') }} as files
left join events on concat(files.source_name, '.', files.source_table) = events.raw_table
group by files.source_name, files.source_table
