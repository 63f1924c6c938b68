{#
    Grain: one date x criteria version whose grades are due in this run: always the as-of date, and each month end that
    the previous release computed from other inputs or not at all. The one place that decides what is computed.
#}
with kept as (
    select distinct as_of_date, criteria_version, fingerprint from {{ source('previous', 'grades_at_month_ends') }}
)

select
    dates.as_of_date,
    dates.is_current,
    dates.criteria_version,
    dates.fingerprint
from {{ ref('int_dates_fingerprinted') }} as dates
left join kept
    on dates.as_of_date = kept.as_of_date
    and dates.criteria_version = kept.criteria_version
    and dates.fingerprint = kept.fingerprint
where dates.is_current or kept.as_of_date is null
