{#
    Grain: date due x criteria version x graded organisation that is not alone in its size band: headroom, 0 to 100, how many of its size band bought more than
    it in the last twelve months.
#}
with sized as (
    select
        measures.as_of_date,
        measures.criteria_version,
        measures.customer_key,
        bands.code as size_band,
        measures.net_amount_365d
    from {{ ref('int_purchases_measured') }} as measures
    inner join {{ ref('int_customer_attributes_by_date') }} as attributes
        on measures.as_of_date = attributes.as_of_date and measures.customer_key = attributes.customer_key
    inner join {{ ref('int_bands') }} as bands
        on bands.band_family = 'size_band'
        and attributes.employee_count >= bands.lower_bound and attributes.employee_count < bands.upper_bound
    where measures.customer_kind = 'organisation'
),

ranked as (
    select
        as_of_date,
        criteria_version,
        customer_key,
        cast(rank() over (partition by as_of_date, criteria_version, size_band order by net_amount_365d desc) - 1 as bigint) as ahead_count,
        count(*) over (partition by as_of_date, criteria_version, size_band) as population
    from sized
)

select
    as_of_date,
    criteria_version,
    customer_key,
    {{ percent_of('ahead_count', 'population') }} as headroom
from ranked
where population > 1
