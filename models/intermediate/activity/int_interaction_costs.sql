{{ config(materialized='view') }}
{#
    Grain: one interaction with a customer that states what it cost us, in the reporting currency at the rate of the as-of date. Its table has no
    currency: it is the default one of its source, else the reporting currency.
#}
select
    records.customer_key,
    interactions.occurred_date as known_from,
    {{ times('interactions.cost_amount', 'rates.rate') }} as cost_amount
from {{ ref('int_interactions_unioned') }} as interactions
inner join {{ ref('int_records_resolved') }} as records on interactions.record_key = records.record_key
cross join {{ ref('int_run_settings') }} as settings
left join {{ ref('source_settings') }} as sources on interactions.source_system = sources.source_system
inner join {{ ref('int_rates_now') }} as rates on coalesce(sources.currency, settings.reporting_currency) = rates.currency
where interactions.record_status = 'accepted' and interactions.cost_amount > 0
