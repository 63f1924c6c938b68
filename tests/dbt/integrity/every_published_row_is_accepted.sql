{{ config(meta={'exit_code': 3, 'remedy': 'a mart has more or fewer rows than were accepted: this is a bug, please report it'}) }}
with published as (
    select 'orders' as source_table, count(*) as row_count from {{ ref('orders') }}
    union all
    select 'order_lines', count(*) from {{ ref('order_lines') }}
    union all
    select 'refunds', count(*) from {{ ref('refunds') }}
    union all
    select 'rejected', count(*) from {{ ref('rejected_records') }}
),

counted as (
    select raw_tables.contract_table as source_table, sum(ledger.accepted_rows) as row_count
    from {{ ref('record_reconciliation') }} as ledger
    inner join {{ source('grading', 'raw_tables') }} as raw_tables
        on ledger.source_name = raw_tables.source_name and ledger.source_table = raw_tables.source_table
    group by raw_tables.contract_table
    union all
    select 'rejected', sum(rejected_rows) from {{ ref('record_reconciliation') }}
)

select published.source_table
from published
inner join counted on published.source_table = counted.source_table
where published.row_count <> counted.row_count
