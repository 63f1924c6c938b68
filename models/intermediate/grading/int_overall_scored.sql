{{ config(materialized='view') }}
{#
    Grain: spine date x graded customer. The overall score: the weighted mean of the components that are measured (now
    history), weights by kind and by buyer or prospect, renormalised over the measured ones. Where none of them has
    weight, as for a prospect while history is all there is, the score is 0 and the input is missing.
#}
with weights as (
    select
        criteria_version,
        customer_kind,
        population,
        cast(max(case when component = 'history' then weight end) as bigint) as history_weight
    from {{ ref('component_weights') }}
    group by criteria_version, customer_kind, population
),

weighted as (
    select
        measures.as_of_date,
        measures.criteria_version,
        measures.customer_kind,
        measures.customer_key,
        history.history_score,
        history.is_drawn_to_both_kinds,
        case when history.history_score is not null then weights.history_weight else 0 end as measured_weight
    from {{ ref('int_purchases_measured') }} as measures
    inner join weights
        on measures.criteria_version = weights.criteria_version
        and measures.customer_kind = weights.customer_kind
        and weights.population = case when measures.is_buyer then 'buyer' else 'prospect' end
    left join {{ ref('int_history_scored') }} as history
        on measures.as_of_date = history.as_of_date and measures.customer_key = history.customer_key
)

select
    as_of_date,
    criteria_version,
    customer_kind,
    customer_key,
    coalesce(history_score, cast(0 as decimal(7, 4))) as history_score,
    measured_weight = 0 as is_input_missing,
    coalesce(is_drawn_to_both_kinds, false) as is_drawn_to_both_kinds,
    case when measured_weight > 0 then history_score else cast(0 as decimal(7, 4)) end as history_contribution,
    case when measured_weight > 0 then history_score else cast(0 as decimal(7, 4)) end as overall_score
from weighted
