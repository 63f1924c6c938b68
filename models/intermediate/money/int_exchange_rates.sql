{#
    Grain: landed or fallback x currency in use x day on which a rate to the reporting currency was observed: directly,
    inverted, or through the pivot currency; the most direct wins, and
    of two equally long routes the one whose first leg was landed. Valid until the next observation of its kind, or until
    it is too old.
#}
with settings as (
    select reporting_currency from {{ ref('int_run_settings') }}
),

observed as (
    select
        direct.from_currency as currency,
        direct.rate_date,
        direct.rate,
        direct.is_fallback,
        direct.detour,
        direct.is_fallback as is_first_fallback
    from {{ ref('int_exchange_rates_quoted') }} as direct
    inner join settings on direct.to_currency = settings.reporting_currency
    union all
    select
        first_leg.from_currency,
        first_leg.rate_date,
        cast(cast(first_leg.rate as decimal(20, 10)) * second_leg.rate as decimal(18, 10)),
        first_leg.is_fallback or second_leg.is_fallback,
        2 + first_leg.detour + second_leg.detour,
        first_leg.is_fallback
    from {{ ref('int_exchange_rates_quoted') }} as first_leg
    inner join {{ ref('int_exchange_rates_quoted') }} as second_leg
        on first_leg.to_currency = second_leg.from_currency
        and first_leg.rate_date = second_leg.rate_date
    inner join settings on second_leg.to_currency = settings.reporting_currency
    where first_leg.to_currency = {{ sql_literal(var("pivot_currency")) }}
        and first_leg.from_currency <> settings.reporting_currency
        and cast(first_leg.rate as double) * cast(second_leg.rate as double) < 99999999
),

preferred as (
    select
        observed.*,
        row_number() over (partition by is_fallback, currency, rate_date order by detour, is_first_fallback) as position
    from observed
),

limits as (
    select periods.valid_from, periods.valid_to, cast(numbers.value as integer) as max_age_days
    from {{ ref('int_criteria_periods') }} as periods
    inner join {{ ref('criteria_numbers') }} as numbers
        on periods.criteria_version = numbers.criteria_version and numbers.name = 'exchange_rate_max_age_days' and numbers.customer_kind = 'all'
)

select
    preferred.is_fallback,
    preferred.currency,
    preferred.rate_date as valid_from,
    least(
        coalesce(
            lead(preferred.rate_date) over (partition by preferred.is_fallback, preferred.currency order by preferred.rate_date),
            date '9999-12-31'
        ),
        {{ days_after('preferred.rate_date', 'limits.max_age_days + 1') }}
    ) as valid_to,
    preferred.rate
from preferred
inner join limits
    on preferred.rate_date >= limits.valid_from and preferred.rate_date < limits.valid_to
where preferred.position = 1
