{#
    Grain: date due x criteria version x buyer. Decides for how long the customer counts as active and as dormant: the fixed limits; with
    enough purchase days so many of its own gaps, at least half and at most twice the fixed limit; for seasonal buyers until the same
    season of the next year is over. Also whether open business keeps it active.
#}
with limits as (
    select
        rhythms.as_of_date,
        rhythms.criteria_version,
        rhythms.customer_key,
        rhythms.counted_recency_days,
        rhythms.lateness_ratio,
        rhythms.expected_next_order_date,
        criteria.active_max_days,
        criteria.dormant_max_days,
        criteria.rhythm_counts = 1 and rhythms.purchase_days >= criteria.rhythm_min_purchase_days
        and rhythms.expected_gap_days is not null as has_own_rhythm,
        rhythms.is_seasonal,
        365 + criteria.seasonal_grace_days as seasonal_days,
        cast(round(least(
            greatest(criteria.rhythm_active_gaps * rhythms.expected_gap_days, criteria.active_max_days * 0.5), criteria.active_max_days * 2
        )) as integer) as own_active_days,
        case when criteria.open_business_counts = 1 then business.open_business end as open_business
    from {{ ref('int_rhythms_measured') }} as rhythms
    inner join {{ ref('int_criteria_by_date') }} as criteria
        on rhythms.as_of_date = criteria.as_of_date
        and rhythms.criteria_version = criteria.criteria_version
        and rhythms.customer_kind = criteria.customer_kind
    left join {{ ref('int_open_business') }} as business
        on rhythms.as_of_date = business.as_of_date
        and rhythms.criteria_version = business.criteria_version
        and rhythms.customer_key = business.customer_key
)

select
    as_of_date,
    criteria_version,
    customer_key,
    counted_recency_days,
    lateness_ratio,
    expected_next_order_date,
    open_business,
    active_max_days as fixed_active_days,
    case
        when is_seasonal then 'seasonal'
        when has_own_rhythm then 'own_rhythm'
        else 'fixed'
    end as limit_basis,
    case
        when is_seasonal then greatest(seasonal_days, active_max_days)
        when has_own_rhythm then own_active_days
        else active_max_days
    end as active_days,
    case
        when is_seasonal then 2 * greatest(seasonal_days, active_max_days)
        when has_own_rhythm then 2 * own_active_days
        else dormant_max_days
    end as dormant_days
from limits
