{{ config(materialized='view') }}
{#
    Grain: landed or fallback x currency that a floor of the criteria is stated in x period of one rate. What judgements
    by date may know of rates.
#}
select is_fallback, currency, valid_from, valid_to, rate
from {{ ref('int_exchange_rates') }}
where currency in (
    select unit from {{ ref('criteria_numbers') }} where name = 'tier_high_min_amount' and value is not null
)
