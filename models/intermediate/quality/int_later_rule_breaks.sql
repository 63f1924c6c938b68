{#
    Grain: raw table x column x rule that needs more than the record itself: how many accepted records break it. The
    amount of an order against its lines, dates against the as-of date, a region against its country, an identifier against
    its kind, a reference against the customers there are, a lead against what it was converted to.
#}
with differing as (
    select raw_table, cast(count(*) as bigint) as row_count
    from {{ ref('int_orders_valued') }}
    where differs_from_lines
    group by raw_table
),

limits as (
    select {{ days_after('settings.as_of_date', '-cast(numbers.value as integer)') }} as last_fresh_day
    from {{ ref('int_run_settings') }} as settings
    inner join {{ ref('int_criteria_periods') }} as periods
        on settings.as_of_date >= periods.valid_from and settings.as_of_date < periods.valid_to
    inner join {{ ref('criteria_numbers') }} as numbers
        on periods.criteria_version = numbers.criteria_version and numbers.name = 'stale_record_days' and numbers.customer_kind = 'all'
),

last_versions as (
    select record_key, raw_table, max(updated_at) as updated_at
    from {{ ref('int_customer_versions') }}
    where updated_at is not null
    group by record_key, raw_table
),

stale as (
    select last_versions.raw_table, cast(count(*) as bigint) as row_count
    from last_versions
    inner join limits on last_versions.updated_at < limits.last_fresh_day
    group by last_versions.raw_table
),

described as (
    select
        versions.raw_table,
        versions.birth_date > settings.as_of_date as is_born_later,
        versions.region is not null and versions.country is not null and names.region_code is null as is_region_unknown
    from {{ ref('int_customer_versions') }} as versions
    cross join {{ ref('int_run_settings') }} as settings
    left join {{ ref('region_names') }} as names
        on versions.country = names.country_code and lower(versions.region) = names.region_name
),

found as (
    select raw_table, 'orders' as contract_table, 'amount' as column_name, 'differs_from_lines' as rule_code, row_count
    from differing
    union all
    select raw_table, 'customers', 'updated_at', 'stale_record', row_count from stale
    union all
    select raw_table, 'customers', 'birth_date', 'implausible_date', cast(count(*) as bigint) from described
    where is_born_later
    group by raw_table
    union all
    select raw_table, 'customers', 'region', 'unknown_region', cast(count(*) as bigint) from described
    where is_region_unknown
    group by raw_table
    union all
    select raw_table, 'identifiers', 'value', concat('invalid_', kind), cast(count(*) as bigint)
    from {{ ref('int_identifiers_normalized') }}
    where value is null and kind in ('email', 'phone')
    group by raw_table, kind
    union all
    select raw_table, contract_table, column_name, rule_code, row_count
    from {{ ref('int_unknown_references') }}
)

select
    {{ replaced('raw_table', '[.].*$', '') }} as source_name,
    {{ replaced('raw_table', '^[^.]*[.]', '') }} as source_table,
    contract_table,
    column_name,
    rule_code,
    row_count
from found
