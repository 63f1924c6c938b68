{{ config(materialized='view') }}
{#
    Grain: date due x customer with a record then: what its records say of its kind, and whether they let it be graded.
    Of one record, as most customers have, its version in force; of several, the kind of the record with the highest
    priority. A customer is graded unless one of its records is a channel partner's or a test, or all are converted
    leads.
#}
with due as (
    select distinct as_of_date from {{ ref('int_dates_due') }}
),

merged as (
    select customer_key from {{ ref('int_customer_members') }}
    group by customer_key
    having count(*) > 1
),

versions as (
    select
        due.as_of_date,
        merged.customer_key is not null as is_merged,
        versions.*,
        not coalesce(due.as_of_date >= versions.converted_lead_from, false) as is_no_converted_lead
    from due
    inner join {{ ref('int_customer_versions_graded') }} as versions
        on due.as_of_date >= versions.valid_from and due.as_of_date < versions.valid_to
    left join merged on versions.customer_key = merged.customer_key
)

select
    as_of_date,
    customer_key,
    stated_kind,
    default_kind,
    looks_like_organisation,
    not is_excluded and is_no_converted_lead as is_graded
from versions
where not is_merged
union all
select
    as_of_date,
    customer_key,
    max_by(stated_kind, case when stated_kind is not null then concat(1000000 + priority, '|', stated_kind) end),
    max_by(default_kind, concat(1000000 + priority, '|', default_kind)),
    max(case when looks_like_organisation then 1 else 0 end) = 1,
    max(case when is_excluded then 1 else 0 end) = 0 and max(case when is_no_converted_lead then 1 else 0 end) = 1
from versions
where is_merged
group by as_of_date, customer_key
