{{ config(meta={'exit_code': 3, 'remedy': 'the file ledger and the raw tables disagree; a new raw table must be named in macros/cleaning/raw_tables.sql, anything else is a bug: please report it'}) }}
with landed as (
    select source_name, source_table, sum(record_count) as record_count
    from {{ source('grading', 'files') }}
    group by source_name, source_table
)

select coalesce(fates.source_name, landed.source_name) as source_name, coalesce(fates.source_table, landed.source_table) as source_table
from {{ ref('record_reconciliation') }} as fates
full outer join landed on fates.source_name = landed.source_name and fates.source_table = landed.source_table
where coalesce(fates.raw_rows, 0) <> coalesce(landed.record_count, 0)
