{# Sources with late files, rejected or pending rows: one row per raw table that has rows. #}
select
    freshness.source_name,
    freshness.source_table,
    freshness.last_event_date,
    freshness.last_landed_at,
    fates.raw_rows,
    fates.rejected_rows,
    fates.pending_rows,
    fates.unreadable_lines
from {{ ref('source_freshness') }} as freshness
inner join {{ ref('record_reconciliation') }} as fates
    on freshness.source_name = fates.source_name and freshness.source_table = fates.source_table
order by fates.rejected_rows desc
