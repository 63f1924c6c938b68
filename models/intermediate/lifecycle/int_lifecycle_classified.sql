{{ config(materialized='view') }}
{#
    Grain: date due x criteria version x graded customer. Decides the lifecycle stage; the first that matches:

    | stage       | when                                                                                     |
    |-------------|------------------------------------------------------------------------------------------|
    | prospect    | no counted purchase                                                                      |
    | reactivated | the current run of purchases (no gap over the limit) is not the first and began recently |
    | new         | the first purchase was recent                                                            |
    | active      | the last purchase was at most `active_max_days` ago                                      |
    | dormant     | at most `dormant_max_days` ago                                                           |
    | churned     | longer ago                                                                               |
#}
select
    measures.as_of_date,
    measures.criteria_version,
    measures.customer_key,
    case
        when not measures.is_buyer then 'prospect'
        when measures.returned_days <= criteria.reactivated_max_days then 'reactivated'
        when measures.tenure_days <= criteria.new_max_days then 'new'
        when measures.recency_days <= criteria.active_max_days then 'active'
        when measures.recency_days <= criteria.dormant_max_days then 'dormant'
        else 'churned'
    end as lifecycle_stage
from {{ ref('int_purchases_measured') }} as measures
inner join {{ ref('int_criteria_by_date') }} as criteria
    on measures.as_of_date = criteria.as_of_date
    and measures.criteria_version = criteria.criteria_version
    and measures.customer_kind = criteria.customer_kind
