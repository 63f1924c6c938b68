{{ config(materialized='view') }}
{#
    Grain: date due x criteria version x graded customer x component of the overall score that is measured for it, with
    the score, 0 to 100. A new component is a model and one more part of this union.
#}
select
    as_of_date,
    criteria_version,
    customer_key,
    'history' as component,
    history_score as score,
    is_drawn_to_both_kinds
from {{ ref('int_history_scored') }}
