{{ config(materialized='view') }}
{#
    Grain: date due x customer x channel with a statement known then: whether marketing was granted, and not refused on that day
    or later. A view: it costs nothing until a judgement reads it.
#}
with due as (
    select distinct as_of_date from {{ ref('int_dates_due') }}
),

latest as (
    select
        due.as_of_date,
        statements.customer_key,
        statements.channel,
        max(case when statements.is_grant then statements.stands_from end) as granted_date,
        max(case when not statements.is_grant then statements.stands_from end) as refused_date
    from due
    inner join {{ ref('int_marketing_statements') }} as statements on due.as_of_date >= statements.known_from
    group by due.as_of_date, statements.customer_key, statements.channel
)

select
    as_of_date,
    customer_key,
    channel,
    granted_date is not null and (refused_date is null or granted_date > refused_date) as is_permitted
from latest
