{#
    Grain: date due x criteria version x customer kind x band of days for which a prospect has been known: the chance that who is in it and has not
    bought yet will buy in this band or a later one. A life table: of those who came into a band within the year before the date without a
    purchase, how many bought in it; with one more who behaves as the mean of all bands. Who was never known before it bought is not in it.
#}
with known as (
    select
        measures.as_of_date,
        measures.criteria_version,
        measures.customer_kind,
        {{ days_between('customers.exists_from', 'measures.as_of_date') }} as known_days,
        case when measures.is_buyer then {{ days_between('customers.exists_from', 'measures.first_purchase_date') }} end as bought_after_days
    from {{ ref('int_purchases_measured') }} as measures
    inner join {{ ref('int_customers_by_date') }} as customers
        on measures.as_of_date = customers.as_of_date
        and measures.criteria_version = customers.criteria_version
        and measures.customer_key = customers.customer_key
    where customers.exists_from > date '0001-01-01'
        and (not measures.is_buyer or customers.exists_from < measures.first_purchase_date)
),

exposed as (
    select
        known.as_of_date,
        known.criteria_version,
        known.customer_kind,
        bands.code as known_for_band,
        bands.lower_bound,
        count(*) as exposed_count,
        count(case when known.bought_after_days < bands.upper_bound then 1 end) as converted_count
    from known
    inner join {{ ref('int_criteria_by_date') }} as criteria
        on known.as_of_date = criteria.as_of_date
        and known.criteria_version = criteria.criteria_version
        and known.customer_kind = criteria.customer_kind
    inner join {{ ref('int_bands') }} as bands
        on bands.band_family = 'known_for_band'
        and known.known_days >= bands.lower_bound
        and known.known_days - bands.lower_bound < criteria.conversion_days
        and coalesce(known.bought_after_days, 999999) >= bands.lower_bound
    group by known.as_of_date, known.criteria_version, known.customer_kind, bands.code, bands.lower_bound
),

rated as (
    select
        exposed.*,
        (converted_count + cast(sum(converted_count) over kinds as double) / sum(exposed_count) over kinds) / (exposed_count + 1) as hazard_share
    from exposed
    window kinds as (partition by as_of_date, criteria_version, customer_kind)
)

select
    as_of_date,
    criteria_version,
    customer_kind,
    known_for_band,
    lower_bound,
    exposed_count,
    converted_count,
    hazard_share,
    1 - exp(sum(ln(greatest(1 - hazard_share, 0.000001))) over (
        partition by as_of_date, criteria_version, customer_kind order by lower_bound desc rows between unbounded preceding and current row
    )) as conversion_share,
    coalesce(lag(lower_bound) over (partition by as_of_date, criteria_version, customer_kind order by lower_bound desc), 999999) as upper_bound
from rated
