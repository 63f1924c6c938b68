{#
    Grain: one date of the publication, with a fingerprint of everything its grades depend on: customer days, records
    and versions up to the date, the rates of floors in other currencies on it, the criteria version, the code. Sums of row
    hashes, so order does not matter and each row is looked at once. A number, since it is kept beside every grade.
#}
with inputs as (
    select
        activity_date as from_date,
        {{ row_hash(["'day'", 'record_key', 'activity_date', 'order_count', 'undone_order_count', 'gross_amount',
            'refunded_amount', 'costed_gross_amount', 'costed_net_amount', 'margin_amount']) }} as row_hash
    from {{ ref('int_customer_days') }}
    union all
    {#- A purchase that is undone later was one until then. #}
    select stands_until, {{ row_hash(["'undone'", 'record_key', 'activity_date', 'stands_until']) }}
    from {{ ref('int_customer_days') }}
    where stands_until < date '9999-12-31'
    union all
    select exists_from, {{ row_hash(["'record'", 'record_key', 'customer_key', 'exists_from']) }}
    from {{ ref('int_records_resolved') }}
    union all
    select
        valid_from,
        {{ row_hash(["'version'", 'record_key', 'valid_from', "coalesce(stated_kind, '')", 'default_kind',
            'looks_like_organisation', 'coalesce(parent_record_key, 0)', 'is_excluded', "coalesce(converted_lead_from, date '9999-12-31')", 'priority']) }}
    from {{ ref('int_customer_versions_graded') }}
    union all
    select valid_from, {{ row_hash(["'rate'", 'is_fallback', 'currency', 'valid_from', 'rate']) }}
    from {{ ref('int_exchange_rates') }}
    where currency in (
        select unit from {{ ref('criteria_numbers') }} where name = 'tier_high_min_amount' and value is not null
    )
),

by_day as (
    select from_date, sum(row_hash) as day_hash, count(*) as row_count
    from inputs
    group by from_date
)

select
    dates.as_of_date,
    dates.is_current,
    dates.criteria_version,
    {{ hex_to_bigint("substr(md5(concat_ws('|', dates.criteria_version, max(run.code_checksum), "
        ~ "cast(coalesce(sum(by_day.row_count), 0) as " ~ dbt.type_string() ~ "), "
        ~ "cast(coalesce(sum(by_day.day_hash), 0) as " ~ dbt.type_string() ~ "))), 1, 15)") }} as fingerprint
from {{ ref('int_dates_graded') }} as dates
cross join {{ source('grading', 'run') }} as run
left join by_day on dates.as_of_date >= by_day.from_date
group by dates.as_of_date, dates.is_current, dates.criteria_version
