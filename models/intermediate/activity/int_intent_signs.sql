{{ config(materialized='view') }}
{# Grain: one sign that a customer means to buy: an inbound contact, a deal or a quote that was opened. #}
select customer_key, known_from
from {{ ref('int_interactions_held') }}
where direction = 'inbound'
union all
select customer_key, known_from
from {{ ref('int_pipeline_steps') }}
where step = 'opened'
