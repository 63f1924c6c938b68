{{ config(materialized='view') }}
{#
    Grain: one sign that a customer means to buy: an inbound contact that was not unfriendly, a deal that was opened, a quote that belongs to
    none.
#}
select customer_key, known_from
from {{ ref('int_interactions_held') }}
where direction = 'inbound' and sentiment <> 'negative'
union all
select steps.customer_key, steps.known_from
from {{ ref('int_pipeline_steps') }} as steps
left join {{ ref('int_pipeline_steps') }} as deals
    on steps.opportunity_key = deals.document_key and deals.step = 'opened'
where steps.step = 'opened' and deals.document_key is null
