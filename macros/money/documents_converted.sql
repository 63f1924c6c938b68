{#
    A query: documents that may state an amount (deals, quotes, claims), in the reporting currency at the rate of the day on which they
    were opened. Pending: opened after the as-of date, or with an amount that has no rate or is too large. Without an amount: NULL.

    valued    name of the model: opened_date, currency, original_amount, and whatever else, which is kept
#}
{% macro documents_converted(valued) -%}
{%- set fits = 'original_amount <= ' ~ largest_amount() ~ ' and ' ~ fits_money('original_amount', 'exchange_rate') -%}
with priced as (
    select
        documents.*,
        coalesce(documents.currency, settings.reporting_currency) as original_currency,
        {{ applied_rate('documents.currency', 'settings.reporting_currency', 'null', 'rates.rate') }} as exchange_rate,
        documents.opened_date > settings.as_of_date as is_held
    from {{ ref(valued) }} as documents
    cross join {{ ref('int_run_settings') }} as settings
    left join {{ ref('int_exchange_rates_needed') }} as rates
        on documents.currency = rates.currency and documents.opened_date = rates.rate_date
)

select
    priced.*,
    is_held or original_amount is not null and (exchange_rate is null or not ({{ fits }})) as is_pending,
    case when exchange_rate is not null and {{ fits }} then {{ converted('original_amount', 'exchange_rate') }} end as amount
from priced
{%- endmacro %}
