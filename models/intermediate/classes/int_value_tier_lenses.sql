{#
    Grain: spine date x customer kind. Decides through which lens value is seen: margin where the cost of enough of the
    sales in the tier window is known, else net amount. One lens for all customers of a kind, or their ranks would not
    be comparable.
#}
select
    measures.as_of_date,
    measures.customer_kind,
    case
        when sum(measures.tier_gross_amount) > 0
            and sum(measures.tier_costed_gross_amount)
            >= max(criteria.tier_margin_min_coverage_share) * sum(measures.tier_gross_amount)
            then 'margin_amount'
        else 'net_amount'
    end as value_lens
from {{ ref('int_purchases_measured') }} as measures
inner join {{ ref('int_criteria_at_spine') }} as criteria
    on measures.as_of_date = criteria.as_of_date and measures.customer_kind = criteria.customer_kind
where measures.is_buyer_in_tier_window
group by measures.as_of_date, measures.customer_kind
