{#
    Grain: date due x criteria version x customer kind. Decides the basis of value: margin where the cost of
    enough of the sales in the tier window is known and leaves some margin, else net amount. One basis for all customers
    of a kind, or their ranks would not be comparable. margin_rate is that of the kind's sales of known cost, in
    millionths rounded down: sales of unknown cost are worth it, too, since unknown cost is not a margin of zero.
#}
with sums as (
    select
        measures.as_of_date,
        measures.criteria_version,
        measures.customer_kind,
        sum(measures.tier_costed_gross_amount)
        >= max(criteria.tier_margin_min_coverage_share) * sum(measures.tier_gross_amount) as is_covered,
        sum(measures.tier_costed_net_amount) as costed_net_amount,
        sum(measures.tier_margin_amount) as margin_amount
    from {{ ref('int_purchases_measured') }} as measures
    inner join {{ ref('int_criteria_by_date') }} as criteria
        on measures.as_of_date = criteria.as_of_date
        and measures.criteria_version = criteria.criteria_version
        and measures.customer_kind = criteria.customer_kind
    where measures.is_buyer_in_tier_window
    group by measures.as_of_date, measures.criteria_version, measures.customer_kind
)

select
    as_of_date,
    criteria_version,
    customer_kind,
    case when is_covered and costed_net_amount > 0 and margin_amount > 0 then 'margin_amount' else 'net_amount' end as value_basis,
    case
        when is_covered and costed_net_amount > 0 and margin_amount > 0
            then {{ ratio_of('margin_amount', 'costed_net_amount') }}
    end as margin_rate
from sums
