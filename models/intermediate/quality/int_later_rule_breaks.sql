{#
    Grain: raw table x column x rule that needs more than the record itself: how many accepted records break it. The
    amount of an order against its lines, the age of a customer record against the as-of date.
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
        on periods.criteria_version = numbers.criteria_version and numbers.name = 'stale_record_days'
),

last_versions as (
    select record_key, raw_table, max(updated_at) as updated_at
    from {{ ref('int_customer_versions_unioned') }}
    where updated_at is not null
    group by record_key, raw_table
),

stale as (
    select last_versions.raw_table, cast(count(*) as bigint) as row_count
    from last_versions
    inner join limits on last_versions.updated_at < limits.last_fresh_day
    group by last_versions.raw_table
),

found as (
    select raw_table, 'orders' as contract_table, 'amount' as column_name, 'differs_from_lines' as rule_code, row_count
    from differing
    union all
    select raw_table, 'customers', 'updated_at', 'stale_record', row_count from stale
)

select
    {{ replaced('raw_table', '[.].*$', '') }} as source_name,
    {{ replaced('raw_table', '^[^.]*[.]', '') }} as source_table,
    contract_table,
    column_name,
    rule_code,
    row_count
from found
