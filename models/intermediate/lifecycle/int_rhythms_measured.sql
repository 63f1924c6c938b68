{#
    Grain: date due x criteria version x buyer. The own rhythm: the median gap between purchase days, drawn towards the kind's by the
    number of gaps, (n g + k G) / (n + k); how late the customer is against it, and when the next order is to be expected. Days of excluded
    periods do not count as days without a purchase. Seasonal is who bought in few calendar months of several years.
#}
with kinds as (
    select as_of_date, criteria_version, customer_kind, cast(median(median_gap_days) as decimal(18, 4)) as kind_gap_days
    from {{ ref('int_purchases_measured') }}
    where is_buyer and median_gap_days is not null
    group by as_of_date, criteria_version, customer_kind
),

excluded as (
    select
        measures.as_of_date,
        measures.criteria_version,
        measures.customer_key,
        cast(sum({{ days_between(
            'greatest(periods.from_date, ' ~ days_after('measures.last_purchase_date', '1') ~ ')',
            'least(periods.until_date, measures.as_of_date)',
        ) }} + 1) as integer) as excluded_days
    from {{ ref('int_purchases_measured') }} as measures
    inner join {{ ref('excluded_periods') }} as periods
        on measures.criteria_version = periods.criteria_version
        and periods.customer_kind in (measures.customer_kind, 'all')
        and measures.last_purchase_date < periods.until_date
        and measures.as_of_date >= periods.from_date
    where measures.is_buyer
    group by measures.as_of_date, measures.criteria_version, measures.customer_key
),

rhythms as (
    select
        measures.as_of_date,
        measures.criteria_version,
        measures.customer_key,
        measures.customer_kind,
        measures.purchase_days,
        measures.last_purchase_date,
        greatest(measures.recency_days - coalesce(excluded.excluded_days, 0), 0) as counted_recency_days,
        {{ ratio_of(
            'measures.repeat_purchase_days * coalesce(measures.median_gap_days, 0) + criteria.rhythm_shrinkage_gaps * kinds.kind_gap_days',
            'measures.repeat_purchase_days + criteria.rhythm_shrinkage_gaps',
        ) }} as expected_gap_days,
        criteria.seasonal_max_months > 0
        and measures.purchase_months <= criteria.seasonal_max_months
        and extract(year from measures.first_purchase_date) < extract(year from measures.last_purchase_date)
        and {{ days_between('measures.first_purchase_date', 'measures.last_purchase_date') }} >= 365 - 2 * criteria.seasonal_grace_days
            as is_seasonal
    from {{ ref('int_purchases_measured') }} as measures
    inner join {{ ref('int_criteria_by_date') }} as criteria
        on measures.as_of_date = criteria.as_of_date
        and measures.criteria_version = criteria.criteria_version
        and measures.customer_kind = criteria.customer_kind
    left join kinds
        on measures.as_of_date = kinds.as_of_date
        and measures.criteria_version = kinds.criteria_version
        and measures.customer_kind = kinds.customer_kind
    left join excluded
        on measures.as_of_date = excluded.as_of_date
        and measures.criteria_version = excluded.criteria_version
        and measures.customer_key = excluded.customer_key
    where measures.is_buyer
)

select
    as_of_date,
    criteria_version,
    customer_key,
    customer_kind,
    purchase_days,
    counted_recency_days,
    is_seasonal,
    expected_gap_days,
    case when expected_gap_days > 0 then {{ ratio_of('counted_recency_days', 'cast(expected_gap_days as decimal(18, 4))') }} end as lateness_ratio,
    case when expected_gap_days > 0 then {{ days_after('last_purchase_date', 'cast(round(expected_gap_days) as integer)') }} end as expected_next_order_date
from rhythms
