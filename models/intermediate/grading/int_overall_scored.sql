{#
    Grain: date due x criteria version x graded customer. The overall score is the sum of what the measured components
    contribute. Where none of them has weight, as for a prospect while history is all there is, the score is 0 and the input is
    missing.
#}
with summed as (
    select
        as_of_date,
        criteria_version,
        customer_key,
        {%- for component in measured() %}
        max(case when component = '{{ component }}' then score end) as {{ component }}_score,
        max(case when component = '{{ component }}' then contribution end) as {{ component }}_contribution,
        {%- endfor %}
        max(case when is_drawn_to_both_kinds then 1 else 0 end) = 1 as is_drawn_to_both_kinds,
        cast(sum(contribution) as decimal(7, 4)) as overall_score
    from {{ ref('int_score_contributions') }}
    group by as_of_date, criteria_version, customer_key
)

select
    measures.as_of_date,
    measures.criteria_version,
    measures.customer_kind,
    measures.customer_key,
    {%- for component in measured() %}
    coalesce(summed.{{ component }}_score, cast(0 as decimal(7, 4))) as {{ component }}_score,
    coalesce(summed.{{ component }}_contribution, cast(0 as decimal(7, 4))) as {{ component }}_contribution,
    {%- endfor %}
    summed.customer_key is null as is_input_missing,
    coalesce(summed.is_drawn_to_both_kinds, false) as is_drawn_to_both_kinds,
    coalesce(summed.overall_score, cast(0 as decimal(7, 4))) as overall_score
from {{ ref('int_purchases_measured') }} as measures
left join summed
    on measures.as_of_date = summed.as_of_date
    and measures.criteria_version = summed.criteria_version
    and measures.customer_key = summed.customer_key
