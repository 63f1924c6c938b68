{{ config(materialized='view') }}
{#
    Grain: one customer: the source records that belong together. It exists from the first of them. How many of them exist at the
    as-of date, and so at most at any earlier one.
#}
select
    customer_key,
    min(exists_from) as exists_from,
    cast(count(case when exists_from <= settings.as_of_date then 1 end) as integer) as source_record_count
from {{ ref('int_records_resolved') }}
cross join {{ ref('int_run_settings') }} as settings
group by customer_key
