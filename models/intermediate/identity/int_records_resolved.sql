{{ config(materialized='view') }}
{#
    Grain: one source record with the customer it belongs to. Until records are linked, each is a customer of its own;
    everything downstream goes through this model and knows nothing of it.
#}
select
    record_key,
    record_key as customer_key,
    source_system,
    customer_ref,
    has_attributes,
    exists_from,
    'own_record' as match_rule,
    cast(1 as double) as match_confidence
from {{ ref('int_records') }}
