{{ config(materialized='view') }}
{# Grain: one interaction with a customer. Facts of judgements by date: known from its day. #}
select
    records.customer_key,
    {{ document_key("'interaction'", 'interactions.source_system', 'interactions.interaction_ref') }} as interaction_key,
    interactions.occurred_date as known_from,
    coalesce(interactions.direction, 'unknown') as direction,
    coalesce(interactions.sentiment, 'unknown') as sentiment
from {{ ref('int_interactions_unioned') }} as interactions
inner join {{ ref('int_records_resolved') }} as records on interactions.record_key = records.record_key
where interactions.record_status = 'accepted'
