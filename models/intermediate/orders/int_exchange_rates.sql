{#
    Grain: landed or fallback x currency in use x day on which a rate to the reporting currency was observed: directly,
    inverted, or through the pivot currency; the most direct wins, and
    of two equally long routes the one whose first leg was landed. Valid until the next observation of its kind, or until
    it is too old.
#}
with settings as (
    select reporting_currency from {{ ref('int_run_settings') }}
),

in_use as (
    select distinct stated_currency as currency from {{ ref('int_orders_valued') }}
    union
    select distinct currency from {{ ref('int_refunds_valued') }}
    union
    select unit from {{ ref('criteria_numbers') }} where name = 'tier_high_min_amount'
    union
    select {{ sql_literal(var("pivot_currency")) }}
    union
    select reporting_currency from settings
),

rates as (
    select unioned.*
    from {{ ref('int_exchange_rates_unioned') }} as unioned
    inner join in_use on unioned.from_currency = in_use.currency
    inner join in_use as others on unioned.to_currency = others.currency
),

both_ways as (
    select rate_date, from_currency, to_currency, rate, is_fallback, 1 as detour
    from rates
    union all
    select
        rate_date,
        to_currency,
        from_currency,
        cast(1 / cast(rate as double) as decimal(18, 10)),
        is_fallback,
        2
    from rates
    -- The inverse of less does not fit into a rate.
    where rate > 0.00000001
),

observed as (
    select both_ways.from_currency as currency, both_ways.rate_date, both_ways.rate, both_ways.is_fallback, both_ways.detour,
        both_ways.is_fallback as is_first_fallback
    from both_ways
    inner join settings on both_ways.to_currency = settings.reporting_currency
    union all
    select
        first_leg.from_currency,
        first_leg.rate_date,
        cast(cast(first_leg.rate as decimal(20, 10)) * second_leg.rate as decimal(18, 10)),
        first_leg.is_fallback or second_leg.is_fallback,
        2 + first_leg.detour + second_leg.detour,
        first_leg.is_fallback
    from both_ways as first_leg
    inner join both_ways as second_leg
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
        on periods.criteria_version = numbers.criteria_version and numbers.name = 'exchange_rate_max_age_days'
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
