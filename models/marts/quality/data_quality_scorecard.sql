{#
    Grain: raw table that has rows x dimension. Of all its records, how many break at least one rule of the dimension; a
    copy of another record breaks uniqueness. Rules that need more than the record are counted on their own, so a record
    may count twice, but never more than there are. The score is the share of the others, 0 to 100.
#}
with tables as (
    select source_name, source_table, cast(sum(row_count) as bigint) as checked_count
    from {{ ref('int_rule_breaks_counted') }}
    group by source_name, source_table
),

dimensions as (
    select distinct dimension from {{ ref('data_quality_rules') }}
),

broken as (
    select distinct breaks.source_name, breaks.source_table, counted.dimension, breaks.rule_codes, breaks.record_status, breaks.row_count
    from {{ ref('int_rule_breaks_counted') }} as breaks
    inner join {{ ref('int_rules_counted') }} as counted
        on breaks.source_name = counted.source_name
        and breaks.source_table = counted.source_table
        and breaks.contract_table = counted.contract_table
        and instr(concat(';', breaks.rule_codes, ';'), concat(';', counted.column_name, ':', counted.rule_code, ';')) > 0
    union all
    select source_name, source_table, 'uniqueness', rule_codes, record_status, row_count
    from {{ ref('int_rule_breaks_counted') }}
    where record_status = 'merged_equal'
    union all
    select later.source_name, later.source_table, counted.dimension, later.rule_code, 'accepted', later.row_count
    from {{ ref('int_later_rule_breaks') }} as later
    inner join {{ ref('int_rules_counted') }} as counted
        on later.source_name = counted.source_name
        and later.source_table = counted.source_table
        and later.contract_table = counted.contract_table
        and later.column_name = counted.column_name
        and later.rule_code = counted.rule_code
),

failures as (
    select broken.source_name, broken.source_table, broken.dimension,
        cast(least(sum(broken.row_count), max(tables.checked_count)) as bigint) as failed_count
    from broken
    inner join tables
        on broken.source_name = tables.source_name and broken.source_table = tables.source_table
    group by broken.source_name, broken.source_table, broken.dimension
)

select
    tables.source_name,
    tables.source_table,
    dimensions.dimension,
    tables.checked_count,
    coalesce(failures.failed_count, cast(0 as bigint)) as failed_count,
    {{ percent_of('tables.checked_count - coalesce(failures.failed_count, 0)', 'tables.checked_count') }} as score
from tables
cross join dimensions
left join failures
    on tables.source_name = failures.source_name
    and tables.source_table = failures.source_table
    and dimensions.dimension = failures.dimension
