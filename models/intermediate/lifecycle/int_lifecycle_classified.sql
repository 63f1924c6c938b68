{{ config(materialized='view') }}
{#
    Grain: date due x criteria version x graded customer. Decides the lifecycle stage; the first that matches:

    | stage       | when                                                                                     |
    |-------------|------------------------------------------------------------------------------------------|
    | prospect    | no counted purchase                                                                      |
    | reactivated | the current run of purchases (no gap over the limit) is not the first and began recently |
    | new         | the first purchase was recent                                                            |
    | active      | open business, or the last purchase not longer ago than the limit of activity                |
    | dormant     | not longer ago than the limit of dormancy                                                |
    | churned     | longer ago                                                                               |

    The limits are fixed, or follow the customer's own rhythm or season: int_lifecycle_limits.
#}
select
    measures.as_of_date,
    measures.criteria_version,
    measures.customer_key,
    case
        when not measures.is_buyer then 'prospect'
        when measures.returned_days <= criteria.reactivated_max_days then 'reactivated'
        when measures.tenure_days <= criteria.new_max_days then 'new'
        when limits.open_business is not null or limits.counted_recency_days <= limits.active_days then 'active'
        when limits.counted_recency_days <= limits.dormant_days then 'dormant'
        else 'churned'
    end as lifecycle_stage,
    limits.limit_basis,
    limits.open_business,
    limits.counted_recency_days > limits.fixed_active_days and limits.counted_recency_days <= limits.active_days as is_kept_by_rhythm,
    limits.counted_recency_days > limits.active_days and limits.open_business is not null as is_kept_by_business,
    limits.lateness_ratio,
    limits.expected_next_order_date
from {{ ref('int_purchases_measured') }} as measures
inner join {{ ref('int_criteria_by_date') }} as criteria
    on measures.as_of_date = criteria.as_of_date
    and measures.criteria_version = criteria.criteria_version
    and measures.customer_kind = criteria.customer_kind
left join {{ ref('int_lifecycle_limits') }} as limits
    on measures.as_of_date = limits.as_of_date
    and measures.criteria_version = limits.criteria_version
    and measures.customer_key = limits.customer_key
