{#
    Grain: one row. The as-of date: the one asked for, else the latest dated row that is not after today, else, where no table
    with dated rows has any row, as in a folder of customers alone, today. The reporting
    currency: the one set in dbt_project.yml, else the currency of most countable orders up to the as-of date (ties
    alphabetical), else XXX, ISO 4217's code of no currency. Nothing else reads the run.
#}
with run as (
    select run_id, started_at, today, requested_as_of
    from {{ source('grading', 'run') }}
),

dated as (
    select
        max(case when days.event_date <= run.today then days.event_date end) as latest_date,
        count(*) = 0 as is_nothing_dated
    from {{ ref('int_event_days') }} as days
    cross join run
    where days.sets_as_of_date
),

settled as (
    select
        run.run_id,
        run.started_at,
        coalesce(run.requested_as_of, dated.latest_date, case when dated.is_nothing_dated then run.today end) as as_of_date,
        run.requested_as_of is null and dated.is_nothing_dated as is_as_of_today
    from run
    cross join dated
),

currencies as (
    select
        orders.stated_currency,
        row_number() over (order by count(*) desc, orders.stated_currency) as position
    from {{ ref('int_orders_valued') }} as orders
    inner join settled on orders.order_date <= settled.as_of_date
    where orders.is_countable and orders.stated_currency is not null
    group by orders.stated_currency
)

select
    settled.run_id,
    settled.started_at,
    settled.as_of_date,
    settled.is_as_of_today,
    coalesce(nullif({{ sql_literal(var("reporting_currency")) }}, ''), currencies.stated_currency, 'XXX') as reporting_currency
from settled
left join currencies on currencies.position = 1
