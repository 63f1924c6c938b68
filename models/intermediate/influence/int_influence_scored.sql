{#
    Grain: date due x criteria version x graded customer: the component "influence", percentiles of referrals made, of being a reference
    customer, of the own market share and of followers, as far as they are known.
#}
{%- set measures = measured()['influence'] -%}
with measures as (
    select * from {{ ref('int_influence_measured') }}
    where {% for measure in measures %}{{ measure }} is not null{{ ' or ' if not loop.last }}{% endfor %}
),

{{ percentile_scores('measures', measures) }},

weights as (
    {{ component_measure_weights('influence', measures) }}
)

select
    percentiles.as_of_date,
    percentiles.criteria_version,
    percentiles.customer_key,
    {{ weighted_score(measures, '_score') }} as influence_score,
    {{ weighted_score(measures, '_own_score') }} as influence_own_score
from percentiles
inner join weights
    on percentiles.criteria_version = weights.criteria_version and percentiles.customer_kind = weights.customer_kind
