{# Sources with late files, rejected or pending rows: one row per raw table that has rows and landing table that it feeds. #}
select
    freshness.source_name,
    freshness.source_table,
    ledger.landing_table,
    freshness.last_event_date,
    ledger.raw_rows,
    ledger.rejected_rows,
    ledger.pending_rows,
    ledger.unreadable_lines
from {{ ref('source_freshness') }} as freshness
inner join {{ ref('record_reconciliation') }} as ledger
    on freshness.source_name = ledger.source_name and freshness.source_table = ledger.source_table
order by ledger.rejected_rows desc, freshness.source_name, freshness.source_table, ledger.landing_table
