{# Grain: one source record, with the customer it belongs to and why. #}
select
    {{ published_system('records.source_system') }} as source_system,
    {{ published_ref('records.source_system', 'records.customer_ref') }} as customer_ref,
    {{ customer_id('records.customer_key') }} as customer_id,
    records.match_rule,
    records.match_confidence
from {{ ref('int_records_resolved') }} as records
inner join {{ ref('int_run_settings') }} as settings on records.exists_from <= settings.as_of_date
