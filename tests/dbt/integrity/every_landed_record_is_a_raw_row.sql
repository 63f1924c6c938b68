{{ config(meta={'exit_code': 3, 'remedy': 'the file ledger and the raw tables disagree: this is a bug, please report it'}) }}
with landed as (
    select source_name, source_table, sum(record_count) as record_count
    from {{ source('grading', 'files') }}
    group by source_name, source_table
)

select fates.source_table
from {{ ref('record_reconciliation') }} as fates
left join landed on fates.source_name = landed.source_name and fates.source_table = landed.source_table
where fates.raw_rows <> coalesce(landed.record_count, 0)
