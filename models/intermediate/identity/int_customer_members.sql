{{ config(materialized='view') }}
{#
    Grain: one source record with its customer and the day from which it exists: all that judgements by date may know of
    records.
#}
select customer_key, record_key, exists_from
from {{ ref('int_records_resolved') }}
