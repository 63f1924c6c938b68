{#
    Grain: date due x criteria version x customer kind. The floor of the high tier in the reporting currency, at the
    rate of the date. NULL is off, or not applied because there is no rate from its currency: the summary of the refresh
    says so.
#}
select
    criteria.as_of_date,
    criteria.criteria_version,
    criteria.customer_kind,
    criteria.tier_high_min_currency as floor_currency,
    case
        when criteria.tier_high_min_currency = settings.reporting_currency then criteria.tier_high_min_amount
        else {{ times('criteria.tier_high_min_amount', 'coalesce(rates.rate, fallback.rate)') }}
    end as high_min_amount
from {{ ref('int_criteria_by_date') }} as criteria
cross join {{ ref('int_run_settings') }} as settings
left join {{ ref('int_floor_rates') }} as rates
    on criteria.tier_high_min_currency = rates.currency
    and criteria.as_of_date >= rates.valid_from
    and criteria.as_of_date < rates.valid_to
    and not rates.is_fallback
left join {{ ref('int_floor_rates') }} as fallback
    on criteria.tier_high_min_currency = fallback.currency
    and criteria.as_of_date >= fallback.valid_from
    and criteria.as_of_date < fallback.valid_to
    and fallback.is_fallback
