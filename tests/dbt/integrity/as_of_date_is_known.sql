{{ config(meta={'exit_code': 2, 'remedy': 'land orders or another dated table with rows that can be read, or give another --as-of'}) }}
{# There is an as-of date, and something is known by then. Where every dated row was rejected, an example says why. #}
{%- set text = dbt.type_string() -%}
with dated as (
    select min(event_date) as first_date, count(*) as table_days
    from {{ ref('int_event_days_unioned') }}
    where sets_as_of_date
),

known as (
    select
        min(case when exists_from > date '0001-01-01' then exists_from end) as first_date,
        count(case when exists_from = date '0001-01-01' then 1 end) as undated_records
    from {{ ref('int_records_resolved') }}
),

examples as (
    select min(concat(_file, ' line ', lpad(cast(_line as {{ text }}), 9, ' '), ' breaks ', rule_codes)) as example
    from {{ ref('int_rejected_records_unioned') }}
    where contract_table in ('orders', 'refunds', 'payments', 'interactions', 'web_events', 'tickets', 'survey_responses')
)

select
    case
        when dated.first_date is null and settings.as_of_date is null
            then concat('every dated row was rejected, for example ', coalesce(replace(examples.example, '  ', ''), 'none'))
        when settings.as_of_date is null
            then concat('no dated row is on or before today, the first is of ', cast(dated.first_date as {{ text }}))
        else concat('nothing is known on ', cast(settings.as_of_date as {{ text }}), ', the first dated row is of ',
            coalesce(cast(least(coalesce(dated.first_date, known.first_date), coalesce(known.first_date, dated.first_date)) as {{ text }}), 'no day'))
    end as what
from {{ ref('int_run_settings') }} as settings
cross join dated
cross join known
cross join examples
where settings.as_of_date is null
    or not (
        coalesce(dated.first_date <= settings.as_of_date, false)
        or coalesce(known.first_date <= settings.as_of_date, false)
        or dated.table_days = 0 and known.undated_records > 0
    )
