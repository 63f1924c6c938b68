{#
    Grain: one source record: its reference in the source system, as it is published, and the customer it belongs to. Leads from a
    published id or hash to the record, and back. Never published.
#}
select
    records.source_system,
    records.customer_ref,
    {{ published_ref('records.source_system', 'records.customer_ref') }} as published_ref,
    {{ customer_id('records.customer_key') }} as customer_id,
    records.match_rule,
    records.match_confidence
from {{ ref('int_records_resolved') }} as records
inner join {{ ref('int_run_settings') }} as settings on records.exists_from <= settings.as_of_date
