{#
    Grain: date due x criteria version x customer kind x repeat purchase days x days to the last purchase x days since the first x mean
    amount of a repeat purchase day: how many buyers have them. What the models behind customer lifetime value are fitted on: of a large
    kind a sample by customer key.
#}
with buyers as (
    select
        measures.as_of_date,
        measures.criteria_version,
        measures.customer_kind,
        measures.customer_key,
        measures.repeat_purchase_days,
        measures.tenure_days - measures.recency_days as last_purchase_days,
        measures.tenure_days,
        case
            when measures.repeat_purchase_days > 0
                then {{ mean_amount('(measures.net_amount - measures.first_day_amount)', 'measures.repeat_purchase_days') }}
        end as mean_repeat_amount,
        count(*) over (partition by measures.as_of_date, measures.criteria_version, measures.customer_kind) as population,
        criteria.clv_sample_customers
    from {{ ref('int_purchases_measured') }} as measures
    inner join {{ ref('int_criteria_by_date') }} as criteria
        on measures.as_of_date = criteria.as_of_date
        and measures.criteria_version = criteria.criteria_version
        and measures.customer_kind = criteria.customer_kind
    where measures.is_buyer
)

select
    as_of_date,
    criteria_version,
    customer_kind,
    repeat_purchase_days,
    last_purchase_days,
    tenure_days,
    mean_repeat_amount,
    cast(count(*) as integer) as customer_count
from buyers
where customer_key % {{ whole_division('population + clv_sample_customers - 1', 'clv_sample_customers') }} = 0
group by as_of_date, criteria_version, customer_kind, repeat_purchase_days, last_purchase_days, tenure_days, mean_repeat_amount
