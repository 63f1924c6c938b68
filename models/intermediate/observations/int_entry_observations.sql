{#
    Grain: measure x subject: what the gate at the entry looks at, before anything is graded. A rule that no record of a table broke in
    the last publication was broken by 0 percent.
#}
with figures as (
    select measure, subject, value, row_count from {{ ref('int_landed_figures') }}
    union all
    select measure, subject, value, row_count from {{ ref('int_days_figures') }}
    union all
    select measure, subject, value, row_count from {{ ref('int_orders_figures') }}
),

known as (
    select measure, subject, last_value, last_row_count, weekday_value
    from {{ ref('int_figures_before') }}
    where gate = 'entry' and last_value is not null
),

before as (
    select * from known
    union all
    select figures.measure, figures.subject, 0, tables.last_row_count, null
    from figures
    inner join known as tables
        on tables.measure = 'accepted_rows' and {{ replaced('figures.subject', ' .*$', '') }} = tables.subject
    left join known on figures.measure = known.measure and figures.subject = known.subject
    where figures.measure = 'rule_percent' and known.subject is null
)

{{ observed('figures', 'before') }}
