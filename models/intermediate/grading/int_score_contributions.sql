{{ config(materialized='view') }}
{#
    Grain: date due x criteria version x graded customer x component that is measured for it and has weight. What the component
    contributes to the overall score: its score times its weight, by kind and by buyer or prospect, over all weights of the
    measured components. The contributions of a customer sum to its score.
#}
with weighted as (
    select
        measures.as_of_date,
        measures.criteria_version,
        measures.customer_key,
        scores.component,
        scores.score,
        scores.is_drawn_to_both_kinds,
        weights.weight,
        sum(weights.weight) over (
            partition by measures.as_of_date, measures.criteria_version, measures.customer_key
        ) as measured_weight
    from {{ ref('int_purchases_measured') }} as measures
    inner join {{ ref('int_component_scores') }} as scores
        on measures.as_of_date = scores.as_of_date
        and measures.criteria_version = scores.criteria_version
        and measures.customer_key = scores.customer_key
    inner join {{ ref('component_weights') }} as weights
        on measures.criteria_version = weights.criteria_version
        and measures.customer_kind = weights.customer_kind
        and weights.population = case when measures.is_buyer then 'buyer' else 'prospect' end
        and scores.component = weights.component
    where weights.weight > 0
)

select
    as_of_date,
    criteria_version,
    customer_key,
    component,
    score,
    is_drawn_to_both_kinds,
    {{ percent_of('cast(score * 10000 as bigint) * cast(weight as bigint)', '1000000 * cast(measured_weight as bigint)') }} as contribution
from weighted
