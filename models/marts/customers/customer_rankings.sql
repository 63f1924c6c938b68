{#
    Grain: one graded customer, strictly ranked: by overall score, then net amount, then customer_id, so that no two
    share a rank and none is missing. The contributions of the components sum to the score.
#}
select
    as_of_date,
    {{ customer_id('customer_key') }} as customer_id,
    customer_kind,
    cast(row_number() over (order by overall_score desc, net_amount desc, customer_key) as integer) as overall_rank,
    cast(
        row_number() over (partition by customer_kind order by overall_score desc, net_amount desc, customer_key) as integer
    ) as kind_rank,
    cast(
        row_number() over (partition by value_tier order by overall_score desc, net_amount desc, customer_key) as integer
    ) as tier_rank,
    overall_score,
    grade,
    value_tier
    {%- for component in measured() %},
    {{ component }}_contribution
    {%- endfor %}
from {{ ref('int_grades_now') }}
