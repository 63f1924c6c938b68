{{ config(meta={'exit_code': 2, 'remedy': 'give a later --as-of'}) }}
{# At the as-of date there is a dated row, or a customer that exists from a day on, or customers alone were landed. #}
{%- set text = dbt.type_string() -%}
with dated as (
    select min(event_date) as first_date, count(*) as table_days
    from {{ ref('int_event_days') }}
    where sets_as_of_date
),

known as (
    select
        min(case when exists_from > date '0001-01-01' then exists_from end) as first_date,
        count(case when exists_from = date '0001-01-01' then 1 end) as undated_records
    from {{ ref('int_records_resolved') }}
)

select concat(
    'nothing is known on ', cast(settings.as_of_date as {{ text }}), ', the first dated row is of ',
    coalesce(cast(least(coalesce(dated.first_date, known.first_date), coalesce(known.first_date, dated.first_date)) as {{ text }}), 'no day')
) as what
from {{ ref('int_run_settings') }} as settings
cross join dated
cross join known
where not (
    coalesce(dated.first_date <= settings.as_of_date, false)
    or coalesce(known.first_date <= settings.as_of_date, false)
    or dated.table_days = 0 and known.undated_records > 0
)
