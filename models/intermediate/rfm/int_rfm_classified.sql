{#
    Grain: date due x criteria version x graded customer. R and F by the cuts of the criteria; M by quantiles of the
    positive net amount within kind, tie rule mid, so that equal amounts score equally; the cell and its segment by the
    total map. Who never bought has no scores and the segment prospect.
#}
with ranked as (
    select
        as_of_date,
        criteria_version,
        customer_key,
        {{ tie_bounds('as_of_date, criteria_version, customer_kind', 'rfm_net_amount') }},
        count(*) over (partition by as_of_date, criteria_version, customer_kind) as population
    from {{ ref('int_purchases_measured') }}
    where is_buyer and rfm_net_amount > 0
),

scored as (
    select
        measures.as_of_date,
        measures.criteria_version,
        measures.customer_key,
        recency_bands.score as r_score,
        frequency_bands.score as f_score,
        case
            when not measures.is_buyer then null
            when ranked.population is null then 1
            else {{ tie_safe_score('ranked.lo', 'ranked.hi', 'ranked.population', 'criteria.rfm_monetary_bins') }}
        end as m_score
    from {{ ref('int_purchases_measured') }} as measures
    inner join {{ ref('int_criteria_by_date') }} as criteria
        on measures.as_of_date = criteria.as_of_date
        and measures.criteria_version = criteria.criteria_version
        and measures.customer_kind = criteria.customer_kind
    left join ranked
        on measures.as_of_date = ranked.as_of_date
        and measures.criteria_version = ranked.criteria_version
        and measures.customer_key = ranked.customer_key
    left join {{ ref('int_score_bands') }} as recency_bands
        on recency_bands.measure = 'recency_days'
        and measures.criteria_version = recency_bands.criteria_version
        and measures.customer_kind = recency_bands.customer_kind
        and case when measures.is_buyer then measures.recency_days end >= recency_bands.lower_bound
        and measures.recency_days < recency_bands.upper_bound
    left join {{ ref('int_score_bands') }} as frequency_bands
        on frequency_bands.measure = 'rfm_purchase_days'
        and case when measures.is_buyer then measures.criteria_version end = frequency_bands.criteria_version
        and measures.customer_kind = frequency_bands.customer_kind
        and measures.rfm_purchase_days >= frequency_bands.lower_bound
        and measures.rfm_purchase_days < frequency_bands.upper_bound
)

select
    scored.as_of_date,
    scored.criteria_version,
    scored.customer_key,
    scored.r_score,
    scored.f_score,
    cast(scored.m_score as integer) as m_score,
    case
        when scored.r_score is not null
            then concat(
                cast(scored.r_score as {{ dbt.type_string() }}),
                cast(scored.f_score as {{ dbt.type_string() }}),
                cast(scored.m_score as {{ dbt.type_string() }})
            )
    end as rfm_cell,
    case when scored.r_score is null then 'prospect' else segments.rfm_segment end as rfm_segment
from scored
left join {{ ref('int_rfm_cells') }} as segments
    on scored.criteria_version = segments.criteria_version
    and scored.r_score = segments.r_score
    and scored.f_score = segments.f_score
    and scored.m_score = segments.m_score
