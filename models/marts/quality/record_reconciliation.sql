{#
    Grain: source x raw table x landing table that it feeds: one, or several where a file holds several tables, each
    with the rows that are its records. Every raw row has exactly one status; the test on this table stops the refresh
    if a single row is missing. Rows that count for nothing, or for no customer, are parts of the accepted ones.
#}
with statuses as (
    select
        source_name,
        source_table,
        contract_table,
        cast(sum(row_count) as bigint) as claimed_rows,
        cast(sum(case when record_status = 'accepted' then row_count else 0 end) as bigint) as staged_rows,
        cast(sum(case when record_status = 'rejected' then row_count else 0 end) as bigint) as rejected_rows,
        cast(sum(case when record_status in ('merged_equal', 'merged_superseded') then row_count else 0 end) as bigint) as merged_rows
    from {{ ref('int_rule_breaks_counted') }}
    group by source_name, source_table, contract_table
),

unreadable as (
    select source_name, source_table, cast(sum(unreadable_lines) as bigint) as unreadable_lines
    from {{ source('grading', 'files') }}
    group by source_name, source_table
),

parts as (
    select
        raw_table,
        'orders' as contract_table,
        cast(count(case when not is_purchase then 1 end) as bigint) as excluded_rows,
        cast(count(case when record_key is null then 1 end) as bigint) as unattributed_rows
    from {{ ref('int_orders_netted') }}
    group by raw_table
    union all
    select
        lines.raw_table,
        'order_lines',
        cast(count(case when not (lines.is_counted and orders.is_purchase) then 1 end) as bigint),
        cast(count(case when orders.record_key is null then 1 end) as bigint)
    from {{ ref('int_order_lines_valued') }} as lines
    inner join {{ ref('int_orders_netted') }} as orders
        on lines.order_source_system = orders.source_system and lines.order_ref = orders.order_ref
    group by lines.raw_table
    union all
    select
        raw_table,
        'refunds',
        cast(count(case when refunded_amount = 0 then 1 end) as bigint),
        cast(count(case when record_key is null then 1 end) as bigint)
    from {{ ref('int_refunds_applied') }}
    where not is_pending
    group by raw_table
),

tables as (
    select
        raw_tables.*,
        count(*) over (partition by source_name, source_table) as landing_tables,
        min(contract_table) over (partition by source_name, source_table) as first_table
    from {{ source('grading', 'raw_tables') }} as raw_tables
)

select
    raw.source_name,
    raw.source_table,
    raw.contract_table as landing_table,
    -- Of a file of several tables a row may be a record of more than one: a test asks that none is of none.
    case when raw.landing_tables = 1 then raw.raw_rows else coalesce(statuses.claimed_rows, cast(0 as bigint)) end as raw_rows,
    cast(coalesce(statuses.staged_rows, 0) - coalesce(pending.pending_rows, 0) as bigint) as accepted_rows,
    cast(coalesce(statuses.rejected_rows, 0) as bigint) as rejected_rows,
    cast(coalesce(statuses.merged_rows, 0) as bigint) as merged_rows,
    cast(coalesce(pending.pending_rows, 0) as bigint) as pending_rows,
    raw.erased_rows,
    cast(coalesce(parts.excluded_rows, 0) as bigint) as excluded_rows,
    cast(coalesce(parts.unattributed_rows, 0) as bigint) as unattributed_rows,
    cast(coalesce(unreadable.unreadable_lines, 0) as bigint) as unreadable_lines
from tables as raw
left join statuses
    on raw.source_name = statuses.source_name
    and raw.source_table = statuses.source_table
    and raw.contract_table = statuses.contract_table
left join {{ ref('int_pending_counted') }} as pending
    on concat(raw.source_name, '.', raw.source_table) = pending.raw_table
    and raw.contract_table = pending.contract_table
left join unreadable
    on raw.source_name = unreadable.source_name
    and raw.source_table = unreadable.source_table
    and raw.contract_table = raw.first_table
left join parts
    on concat(raw.source_name, '.', raw.source_table) = parts.raw_table
    and raw.contract_table = parts.contract_table
