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
    select landing_table as source_table, sum(accepted_rows) as row_count
    from {{ ref('record_reconciliation') }}
    group by landing_table
    union all
    select 'rejected', sum(rejected_rows) from {{ ref('record_reconciliation') }}
)

select published.source_table
from published
inner join counted on published.source_table = counted.source_table
where published.row_count <> counted.row_count
