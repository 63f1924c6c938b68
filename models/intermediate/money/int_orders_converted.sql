{#
    Grain: one accepted order in the reporting currency. Decides three things: the rate (its own, else the landed one of
    its day or the last before), whether it is pending (dated after the as-of date, no rate, or more than money can hold once
    converted), whether it is a purchase
    (countable, not pending, of some value unless the criteria of its day count orders of zero value).
#}
with settings as (
    select as_of_date, reporting_currency from {{ ref('int_run_settings') }}
),

zero_value as (
    select periods.valid_from, periods.valid_to, numbers.value = 1 as counts
    from {{ ref('int_criteria_periods') }} as periods
    inner join {{ ref('criteria_numbers') }} as numbers
        on periods.criteria_version = numbers.criteria_version and numbers.name = 'zero_value_orders_count' and numbers.customer_kind = 'all'
),

priced as (
    select
        orders.*,
        coalesce(orders.stated_currency, settings.reporting_currency) as original_currency,
        {{ applied_rate('orders.stated_currency', 'settings.reporting_currency', 'orders.stated_exchange_rate', 'rates.rate') }}
            as exchange_rate,
        orders.order_date > settings.as_of_date as is_after_as_of,
        zero_value.counts as zero_value_counts
    from {{ ref('int_orders_valued') }} as orders
    cross join settings
    inner join zero_value
        on orders.order_date >= zero_value.valid_from and orders.order_date < zero_value.valid_to
    left join {{ ref('int_exchange_rates_needed') }} as rates
        on orders.stated_currency = rates.currency and orders.order_date = rates.rate_date
),

sized as (
    select
        priced.*,
        original_amount > {{ largest_amount() }} or not coalesce({{ fits_money('original_amount', 'exchange_rate') }}, true)
            as is_too_large
    from priced
),

decided as (
    select
        sized.*,
        is_after_as_of or exchange_rate is null or is_too_large as is_pending,
        is_countable and not is_after_as_of and exchange_rate is not null
        and not is_too_large
        and (original_amount > 0 or zero_value_counts) as is_purchase
    from sized
)

select
    raw_table,
    source_system,
    order_ref,
    customer_source_system,
    customer_ref,
    record_key,
    ordered_at,
    order_date,
    status_class,
    order_type,
    channel,
    is_discounted,
    is_self_service,
    original_currency,
    original_amount,
    exchange_rate,
    is_pending,
    is_purchase,
    differs_from_lines,
    case
        when is_purchase then {{ converted('original_amount', 'exchange_rate') }}
        else cast(0 as decimal(18, 4))
    end as gross_amount,
    case
        when is_purchase and {{ fits_money('cost_original_amount', 'exchange_rate') }}
            then {{ converted('cost_original_amount', 'exchange_rate') }}
    end as cost_amount,
    case
        when is_purchase and {{ fits_money('selling_cost_original_amount', 'exchange_rate') }}
            then {{ converted('selling_cost_original_amount', 'exchange_rate') }}
    end as selling_cost_amount,
    promised_date,
    delivered_date
from decided
