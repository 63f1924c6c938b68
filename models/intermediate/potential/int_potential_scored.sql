{#
    Grain: date due x criteria version x graded customer of whom something is to be expected: the component "potential", the percentile of
    what is to be expected in the next twelve months, of buyers and prospects of the kind together.
#}
with expected as (
    select as_of_date, criteria_version, customer_kind, customer_key, expected_amount
    from {{ ref('int_expected_amounts') }}
    where expected_amount is not null
),

{{ percentile_scores('expected', ['expected_amount']) }}

select
    as_of_date,
    criteria_version,
    customer_key,
    expected_amount_score as potential_score,
    expected_amount_own_score as potential_own_score
from percentiles
