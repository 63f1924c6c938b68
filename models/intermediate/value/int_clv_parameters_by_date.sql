{#
    Grain: date due x criteria version x customer kind with buyers. Decides how expected purchases and amounts are computed, the first
    that can be had: the fitted model with dropout (mbg_nbd), the one without (nbd), each customer's own rate drawn towards the kind's
    (own_rate), the mean of all buyers (cohort_mean); and by Gamma-Gamma or a mean drawn towards the kind's. A model counts if it converged, the
    kind is large and old enough, and its dropout is neither nothing nor the same for all.
#}
with kinds as (
    select
        as_of_date,
        criteria_version,
        customer_kind,
        count(*) as buyer_count,
        count(case when repeat_purchase_days >= 2 then 1 end) as repeater_count,
        max(tenure_days) as history_days,
        {# As if one customer more had come back once in a year: where nobody did, amounts still tell customers apart. #}
        cast(sum(repeat_purchase_days) + 1 as double) / (sum(tenure_days) + 365) as daily_rate,
        cast(sum(case when net_amount > 0 then net_amount else 0 end) as double)
        / sum(case when net_amount > 0 then purchase_days else 1 end) as mean_amount
    from {{ ref('int_purchases_measured') }}
    where is_buyer
    group by as_of_date, criteria_version, customer_kind
),

everybody as (
    select
        as_of_date,
        criteria_version,
        sum(daily_rate * buyer_count) / sum(buyer_count) as daily_rate,
        sum(mean_amount * buyer_count) / sum(buyer_count) as mean_amount
    from kinds
    group by as_of_date, criteria_version
)

select
    kinds.as_of_date,
    kinds.criteria_version,
    kinds.customer_kind,
    case
        when kinds.buyer_count < criteria.clv_own_rate_min_customers then 'cohort_mean'
        when not coalesce(latest.has_nbd, false) or kinds.buyer_count < criteria.clv_min_customers
            or kinds.history_days < criteria.clv_min_history_days or kinds.repeater_count < criteria.clv_min_repeaters then 'own_rate'
        when latest.has_mbg_nbd and latest.mbg_nbd_a between criteria.clv_min_dropout_parameter and criteria.clv_max_dropout_parameter
            then 'mbg_nbd'
        else 'nbd'
    end as clv_method,
    latest.mbg_nbd_r as r,
    latest.mbg_nbd_alpha as alpha,
    case when abs(latest.mbg_nbd_a - 1) < 0.000001 then 1.000001 else latest.mbg_nbd_a end as a,
    latest.mbg_nbd_b as b,
    latest.nbd_r,
    latest.nbd_alpha,
    coalesce(latest.has_gamma_gamma, false) and latest.gamma_gamma_q > 1
    and kinds.repeater_count >= criteria.clv_min_repeaters as has_gamma_gamma,
    latest.gamma_gamma_p as p,
    latest.gamma_gamma_q as q,
    latest.gamma_gamma_v as v,
    case
        when kinds.buyer_count < criteria.clv_own_rate_min_customers then everybody.daily_rate
        else kinds.daily_rate
    end as daily_rate,
    case
        when kinds.buyer_count < criteria.clv_own_rate_min_customers then everybody.mean_amount
        else kinds.mean_amount
    end as mean_amount
from kinds
inner join everybody
    on kinds.as_of_date = everybody.as_of_date and kinds.criteria_version = everybody.criteria_version
inner join {{ ref('int_criteria_by_date') }} as criteria
    on kinds.as_of_date = criteria.as_of_date
    and kinds.criteria_version = criteria.criteria_version
    and kinds.customer_kind = criteria.customer_kind
left join {{ ref('int_clv_fits_by_date') }} as latest
    on kinds.as_of_date = latest.as_of_date
    and kinds.criteria_version = latest.criteria_version
    and kinds.customer_kind = latest.customer_kind
