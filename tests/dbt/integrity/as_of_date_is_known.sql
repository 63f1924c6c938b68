{{ config(meta={
    'exit_code': 2,
    'remedy': 'land orders or another dated table with rows that can be read, or give --as-of; how a source writes dates and numbers is said in '
    ~ 'date_order and decimal_mark of seeds/mappings/source_settings.csv',
}) }}
{# Where every dated row was rejected, an example says why. Before anything is dated by it. #}
with dated as (
    select min(event_date) as first_date, min(rejected_example) as rejected_example
    from {{ ref('int_event_days') }}
    where sets_as_of_date
)

select
    case
        when dated.first_date is null then concat('every dated row was rejected, for example ', dated.rejected_example)
        else concat('no dated row is on or before today, the first is of ', cast(dated.first_date as {{ dbt.type_string() }}))
    end as what
from {{ ref('int_run_settings') }} as settings
cross join dated
where settings.as_of_date is null
