{#
    Grain: one row. The as-of date: the one asked for, else the latest dated row that is not after today. The reporting
    currency: the one set in dbt_project.yml, else the currency of most countable orders up to the as-of date (ties
    alphabetical), else XXX, ISO 4217's code of no currency. Nothing else reads the run.
#}
with run as (
    select run_id, started_at, today, requested_as_of
    from {{ source('grading', 'run') }}
),

dated as (
    select max(days.event_date) as latest_date
    from {{ ref('int_event_days_unioned') }} as days
    inner join run on days.event_date <= run.today
    where days.sets_as_of_date
),

settled as (
    select
        run.run_id,
        run.started_at,
        coalesce(run.requested_as_of, dated.latest_date) as as_of_date
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
    coalesce(nullif('{{ var("reporting_currency") }}', ''), currencies.stated_currency, 'XXX') as reporting_currency
from settled
left join currencies on currencies.position = 1
