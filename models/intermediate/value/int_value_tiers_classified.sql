{#
    Grain: date due x criteria version x graded customer. Decides the raw value tier among the buyers in the tier window
    of the same kind: high for the top share, mid for the next, low for the rest. Ties go together, into the lower tier.
    Net amount of zero or less is low; bought before the window is low; never bought is none. Where margin is the basis,
    sales of unknown cost are taken at the kind's margin rate, and the basis says so.
#}
with seen as (
    select
        measures.as_of_date,
        measures.criteria_version,
        measures.customer_key,
        measures.customer_kind,
        case
            when bases.value_basis = 'margin_amount'
                and (
                    measures.tier_gross_amount <> measures.tier_costed_gross_amount
                    or measures.tier_net_amount <> measures.tier_costed_net_amount
                ) then 'margin_estimated'
            else bases.value_basis
        end as value_basis,
        measures.tier_net_amount,
        case
            when bases.value_basis = 'margin_amount'
                then cast(
                    measures.tier_margin_amount
                    + {{ times('measures.tier_net_amount - measures.tier_costed_net_amount', 'bases.margin_rate') }}
                    as decimal(18, 4)
                )
            else measures.tier_net_amount
        end as value_amount
    from {{ ref('int_purchases_measured') }} as measures
    inner join {{ ref('int_value_bases') }} as bases
        on measures.as_of_date = bases.as_of_date
        and measures.criteria_version = bases.criteria_version
        and measures.customer_kind = bases.customer_kind
    where measures.is_buyer_in_tier_window
),

ranked as (
    select
        seen.*,
        count(*) over (partition by as_of_date, criteria_version, customer_kind order by value_amount desc) as at_least_as_good,
        count(*) over (partition by as_of_date, criteria_version, customer_kind) as population
    from seen
)

select
    measures.as_of_date,
    measures.criteria_version,
    measures.customer_key,
    ranked.value_basis,
    ranked.value_amount as tier_value_amount,
    ranked.population as tier_population,
    {{ whole_division('100 * ranked.at_least_as_good + ranked.population - 1', 'ranked.population') }} as tier_top_percent,
    case
        when not measures.is_buyer then 'none'
        when ranked.value_amount is null or ranked.value_amount <= 0 or ranked.tier_net_amount <= 0 then 'low'
        when ranked.at_least_as_good <= criteria.tier_high_share * ranked.population
            and ranked.value_amount >= coalesce(floors.high_min_amount, 0) then 'high'
        when ranked.at_least_as_good <= (criteria.tier_high_share + criteria.tier_mid_share) * ranked.population
            then 'mid'
        else 'low'
    end as value_tier
from {{ ref('int_purchases_measured') }} as measures
inner join {{ ref('int_criteria_by_date') }} as criteria
    on measures.as_of_date = criteria.as_of_date
    and measures.criteria_version = criteria.criteria_version
    and measures.customer_kind = criteria.customer_kind
left join {{ ref('int_value_tier_floors') }} as floors
    on measures.as_of_date = floors.as_of_date
    and measures.criteria_version = floors.criteria_version
    and measures.customer_kind = floors.customer_kind
left join ranked
    on measures.as_of_date = ranked.as_of_date
    and measures.criteria_version = ranked.criteria_version
    and measures.customer_key = ranked.customer_key
