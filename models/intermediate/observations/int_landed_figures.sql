{#
    Grain: measure x subject: what came with one folder, in figures that the gate at the entry looks at and later runs compare theirs with.
    The subject is a raw table (source.table), or a column of it and a rule.
#}
with tables as (
    select
        concat(source_name, '.', source_table) as subject,
        cast(sum(row_count) as double) as landed_rows,
        cast(sum(case when record_status = 'accepted' then row_count else 0 end) as double) as accepted_rows,
        cast(sum(case when record_status = 'rejected' then row_count else 0 end) as double) as rejected_rows,
        cast(sum(case when record_status in ('merged_equal', 'merged_superseded') then row_count else 0 end) as double) as merged_rows
    from {{ ref('int_rule_breaks_counted') }}
    group by source_name, source_table
),

files as (
    select
        concat(source_name, '.', source_table) as subject,
        cast(sum(physical_lines) as double) as physical_lines,
        cast(sum(unreadable_lines) as double) as unreadable_lines,
        cast(count(*) - count(distinct sha256) as double) as repeated_files
    from {{ source('grading', 'files') }}
    group by source_name, source_table
),

pending as (
    select raw_table as subject, cast(sum(pending_rows) as double) as pending_rows
    from {{ ref('int_pending_counted') }}
    group by raw_table
),

names as (
    select
        raw_table as subject,
        cast(count(*) as double) as named_rows,
        cast(count(case when {{ matches('name', 'Ã[¡-¿]|Â[¡-¿]|ï¿½|�|锟斤拷') }} then 1 end) as double) as garbled_rows
    from {{ ref('int_customer_versions') }}
    where name is not null
    group by raw_table
)

select 'accepted_rows' as measure, subject, accepted_rows as value, landed_rows as row_count from tables
union all
select 'rejected_percent', subject, 100 * rejected_rows / landed_rows, landed_rows from tables
union all
select 'merged_percent', subject, 100 * merged_rows / landed_rows, landed_rows from tables
union all
select 'unreadable_percent', subject, 100 * unreadable_lines / physical_lines, physical_lines from files
where physical_lines > 0
union all
select 'repeated_files', subject, repeated_files, physical_lines from files
union all
select 'pending_percent', tables.subject, 100 * coalesce(pending.pending_rows, 0) / tables.landed_rows, tables.landed_rows
from tables left join pending on tables.subject = pending.subject
union all
select 'garbled_percent', subject, 100 * garbled_rows / named_rows, named_rows from names
union all
select
    'rule_percent',
    concat(tables.subject, ' ', rules.column_name, ' ', rules.rule_code),
    100 * cast(rules.failed_rows as double) / tables.landed_rows,
    tables.landed_rows
from {{ ref('int_rules_counted') }} as rules
inner join tables on concat(rules.source_name, '.', rules.source_table) = tables.subject
