{{ config(materialized='view') }}
{#
    Grain: landed or fallback x currency that amounts of the criteria or credit limits are stated in x period of one rate. What
    judgements by date may know of rates.
#}
select is_fallback, currency, valid_from, valid_to, rate
from {{ ref('int_exchange_rates') }}
where currency in (
    select unit from {{ ref('criteria_numbers') }} where name like '%_amount' and value is not null
    union
    select min_unit from {{ ref('risk_triggers') }} where min_unit is not null
    union
    select currency from {{ ref('int_customer_versions') }} where credit_limit is not null or insured_credit_limit is not null
)
    and currency <> (select reporting_currency from {{ ref('int_run_settings') }})
