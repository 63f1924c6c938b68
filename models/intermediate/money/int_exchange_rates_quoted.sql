{{ config(materialized='view') }}
{#
    Grain: landed or fallback x day x pair of currencies in use x way: one quoted rate, as it was and inverted. The European
    Central Bank's are a fallback where nothing was landed.
#}
with in_use as (
    select distinct stated_currency as currency from {{ ref('int_orders_valued') }}
    union
    select distinct currency from {{ ref('int_refunds_valued') }}
    union
    select distinct currency from {{ ref('int_receivables_valued') }}
    union
    select distinct currency from {{ ref('int_payments_valued') }}
    union
    select distinct currency from {{ ref('int_pipeline_valued') }}
    union
    select distinct currency from {{ ref('int_tickets_valued') }}
    union
    select distinct currency from {{ ref('int_customer_versions') }} where credit_limit is not null or insured_credit_limit is not null
    union
    select distinct currency from {{ ref('int_customer_versions') }} where annual_income is not null
    union
    select distinct currency from {{ ref('int_campaigns_unioned') }}
    union
    select currency from {{ ref('source_settings') }}
    union
    select unit from {{ ref('bands') }}
    union
    select min_unit from {{ ref('risk_triggers') }}
    union
    select unit from {{ ref('criteria_numbers') }} where name like '%_amount'
    union
    select {{ sql_literal(var("pivot_currency")) }}
    union
    select reporting_currency from {{ ref('int_run_settings') }}
),

quoted as (
    select rate_date, from_currency, to_currency, max(rate) as rate, false as is_fallback
    from {{ ref('int_exchange_rates_unioned') }}
    where record_status = 'accepted'
    group by rate_date, from_currency, to_currency
    union all
    select rate_date, 'EUR', currency, rate, true
    from {{ source('grading', 'ecb_rates') }}
    where {{ 'true' if var('uses_ecb_rates') else 'false' }}
),

rates as (
    select quoted.*
    from quoted
    inner join in_use on quoted.from_currency = in_use.currency
    inner join in_use as others on quoted.to_currency = others.currency
)

select is_fallback, rate_date, from_currency, to_currency, rate, 1 as detour
from rates
union all
select
    is_fallback,
    rate_date,
    to_currency,
    from_currency,
    cast(1 / cast(rate as double) as decimal(18, 10)),
    2
from rates
-- The inverse of less does not fit into a rate.
where rate > 0.00000001
