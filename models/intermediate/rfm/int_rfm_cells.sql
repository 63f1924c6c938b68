{#
    Grain: criteria version x RFM cell: its segment, that of the first rule of the criteria that it is within.
#}
with bins as (
    select criteria_version, max(value) as bin_count
    from {{ ref('criteria_numbers') }}
    where name = 'rfm_monetary_bins'
    group by criteria_version
),

amounts as (
    select criteria_version, {{ counted_up('bin_count') }} as m_score
    from bins
),

cells as (
    select distinct
        amounts.criteria_version,
        recency.score as r_score,
        frequency.score as f_score,
        cast(amounts.m_score as integer) as m_score
    from amounts
    inner join {{ ref('score_cuts') }} as recency
        on amounts.criteria_version = recency.criteria_version and recency.measure = 'recency_days'
    inner join {{ ref('score_cuts') }} as frequency
        on amounts.criteria_version = frequency.criteria_version and frequency.measure = 'rfm_purchase_days'
)

select
    cells.criteria_version,
    cells.r_score,
    cells.f_score,
    cells.m_score,
    min_by(rules.rfm_segment, rules.position) as rfm_segment,
    cast(min(rules.position) as integer) as rule_position
from cells
inner join {{ ref('rfm_segments') }} as rules
    on cells.criteria_version = rules.criteria_version
    and cells.r_score between rules.min_r_score and rules.max_r_score
    and cells.f_score between rules.min_f_score and rules.max_f_score
    and cells.m_score between rules.min_m_score and rules.max_m_score
group by cells.criteria_version, cells.r_score, cells.f_score, cells.m_score
