{{ config(materialized='view') }}
{# Grain: one finding of compliance about a customer. Facts of judgements by date: it holds from a day to the day before another. #}
select
    records.customer_key,
    flags.flag,
    flags.from_date as known_from,
    coalesce({{ days_after('flags.until_date', '1') }}, date '9999-12-31') as ended_from
from {{ ref('int_customer_flags_unioned') }} as flags
inner join {{ ref('int_records_resolved') }} as records on flags.record_key = records.record_key
where flags.record_status = 'accepted' and flags.flag <> 'unknown'
