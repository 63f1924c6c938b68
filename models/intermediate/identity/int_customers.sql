{{ config(materialized='view') }}
{# Grain: one customer: the source records that belong together. It exists from the first of them. #}
select
    customer_key,
    min(exists_from) as exists_from,
    cast(count(*) as integer) as source_record_count
from {{ ref('int_records_resolved') }}
group by customer_key
