{#
    Grain: spine date x graded customer who bought. The component "history": percentile scores of net amount, purchase
    days and tenure within kind, weighted by the criteria; a measure that no model provides yet is left out and the
    other weights renormalised. All three share one population, so the score is one exact division.
#}
with ranked as (
    select
        as_of_date,
        criteria_version,
        customer_kind,
        customer_key,
        rank() over (partition by as_of_date, customer_kind order by net_amount)
        + count(*) over (partition by as_of_date, customer_kind order by net_amount) - 1 as net_amount_position,
        rank() over (partition by as_of_date, customer_kind order by purchase_days)
        + count(*) over (partition by as_of_date, customer_kind order by purchase_days) - 1 as purchase_days_position,
        rank() over (partition by as_of_date, customer_kind order by tenure_days)
        + count(*) over (partition by as_of_date, customer_kind order by tenure_days) - 1 as tenure_days_position,
        count(*) over (partition by as_of_date, customer_kind) as population
    from {{ ref('int_purchases_measured') }}
    where is_buyer
),

weights as (
    select
        criteria_version,
        customer_kind,
        cast(max(case when measure = 'net_amount' then weight end) as bigint) as net_amount_weight,
        cast(max(case when measure = 'purchase_days' then weight end) as bigint) as purchase_days_weight,
        cast(max(case when measure = 'tenure_days' then weight end) as bigint) as tenure_days_weight
    from {{ ref('measure_weights') }}
    where component = 'history'
    group by criteria_version, customer_kind
)

select
    ranked.as_of_date,
    ranked.customer_key,
    {{ percent_of(
        'weights.net_amount_weight * ranked.net_amount_position'
        ~ ' + weights.purchase_days_weight * ranked.purchase_days_position'
        ~ ' + weights.tenure_days_weight * ranked.tenure_days_position',
        '(weights.net_amount_weight + weights.purchase_days_weight + weights.tenure_days_weight) * 2 * ranked.population'
    ) }} as history_score
from ranked
inner join weights
    on ranked.criteria_version = weights.criteria_version and ranked.customer_kind = weights.customer_kind
