{#
    Grain: criteria version x customer kind x measure x score, with the band of values that has the score. Both ends of
    the scale are open.
#}
with kinds as (
    select 'person' as customer_kind
    union all
    select 'organisation'
),

bands as (
    select
        cuts.criteria_version,
        kinds.customer_kind,
        cuts.measure,
        cuts.score,
        cuts.lower_bound,
        lead(cuts.lower_bound) over (
            partition by cuts.criteria_version, kinds.customer_kind, cuts.measure
            order by cuts.lower_bound
        ) as upper_bound
    from {{ ref('score_cuts') }} as cuts
    inner join kinds on cuts.customer_kind in (kinds.customer_kind, 'all')
)

select
    criteria_version,
    customer_kind,
    measure,
    score,
    lower_bound,
    coalesce(upper_bound, 999999) as upper_bound
from bands
