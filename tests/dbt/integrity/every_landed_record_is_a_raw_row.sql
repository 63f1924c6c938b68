{{ config(meta={'exit_code': 3, 'remedy': 'the file ledger and the raw tables disagree; this is a bug, please report it'}) }}
with landed as (
    select source_name, source_table, sum(record_count) as record_count
    from {{ source('grading', 'files') }}
    group by source_name, source_table
)

select coalesce(ledger.source_name, landed.source_name) as source_name, coalesce(ledger.source_table, landed.source_table) as source_table
from {{ source('grading', 'raw_tables') }} as ledger
full outer join landed on ledger.source_name = landed.source_name and ledger.source_table = landed.source_table
where coalesce(ledger.raw_rows, 0) <> coalesce(landed.record_count, 0)
