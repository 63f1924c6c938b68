{#
    Grain: one version of a customer record, valid from a day to the day before the next. Before its first version a
    customer has the attributes of that one, so the first is valid from the beginning of time.
#}
with versions as (
    select
        versions.*,
        row_number() over (partition by record_key order by updated_at nulls first) as version_number,
        lead(cast(updated_at as date)) over (partition by record_key order by updated_at nulls first) as next_from
    from {{ ref('int_customer_versions_unioned') }} as versions
)

select
    versions.*,
    case when version_number = 1 then date '0001-01-01' else cast(updated_at as date) end as valid_from,
    coalesce(next_from, date '9999-12-31') as valid_to
from versions
