{#
    Grain: one accepted payment, in the reporting currency and in that of what it is for, in which it covers what is owed: the same
    amount where both are in one currency, else by way of the reporting currency at the rates of its day. Pending: dated after the
    as-of date, or without a rate.
#}
with priced as (
    select
        payments.*,
        coalesce(payments.currency, settings.reporting_currency) as original_currency,
        coalesce(payments.document_currency, payments.currency, settings.reporting_currency) as covered_currency,
        {{ applied_rate('payments.currency', 'settings.reporting_currency', 'null', 'rates.rate') }} as exchange_rate,
        {{ applied_rate('payments.document_currency', 'settings.reporting_currency', 'null', 'document_rates.rate') }}
            as document_rate,
        payments.paid_date > settings.as_of_date as is_held
    from {{ ref('int_payments_valued') }} as payments
    cross join {{ ref('int_run_settings') }} as settings
    left join {{ ref('int_exchange_rates_needed') }} as rates
        on payments.currency = rates.currency and payments.paid_date = rates.rate_date
    left join {{ ref('int_exchange_rates_needed') }} as document_rates
        on payments.document_currency = document_rates.currency and payments.paid_date = document_rates.rate_date
),

sized as (
    select
        priced.*,
        is_held or exchange_rate is null or not {{ fits_money('original_amount', 'exchange_rate') }} as is_pending,
        case
            when covered_currency = original_currency then cast(original_amount as double)
            else cast(original_amount as double) * cast(exchange_rate as double) / cast(document_rate as double)
        end as covering
    from priced
)

select
    raw_table,
    source_system,
    payment_ref,
    line_number,
    paid_date,
    payment_kind,
    method,
    paid_for,
    receivable_key,
    {{ document_key("'order'", 'order_source_system', 'order_ref') }} as order_key,
    record_key,
    original_currency,
    original_amount,
    exchange_rate,
    is_pending,
    covered_currency,
    case
        when is_pending then cast(0 as decimal(18, 4))
        else {{ converted('original_amount', 'exchange_rate') }}
    end as amount,
    case
        when is_pending or covering is null or abs(covering) > {{ largest_amount() }} then cast(0 as decimal(18, 4))
        when covered_currency = original_currency then original_amount
        else cast(covering as decimal(18, 4))
    end as covering_amount
from sized
