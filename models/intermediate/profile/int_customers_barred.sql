{{ config(materialized='view') }}
{# Grain: one customer that asked, by any of its records in force at the as-of date, not to be contacted at all. #}
select distinct records.customer_key
from {{ ref('int_customer_versions') }} as versions
inner join {{ ref('int_run_settings') }} as settings
    on versions.valid_from <= settings.as_of_date and versions.valid_to > settings.as_of_date
inner join {{ ref('int_records_resolved') }} as records on versions.record_key = records.record_key
where versions.is_not_contacted
