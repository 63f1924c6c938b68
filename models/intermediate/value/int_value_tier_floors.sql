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
    {{ times('criteria.tier_high_min_amount', 'rates.rate') }} as high_min_amount
from {{ ref('int_criteria_by_date') }} as criteria
left join {{ ref('int_reference_rates_by_date') }} as rates
    on criteria.as_of_date = rates.as_of_date and criteria.tier_high_min_currency = rates.currency
