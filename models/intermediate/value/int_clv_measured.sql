{{ config(materialized='view') }}
{#
    Grain: date due x criteria version x buyer: the probability that it still is a customer, the rate of its purchases while it is
    one, and its mean amount to expect. Under MBG/NBD P(alive) = 1 / (1 + a / (b + x) ((alpha + T) / (alpha + t_x))^(r + x)), for those who
    bought once, too; under Gamma-Gamma E[M] = p (v + x m) / (p x + q - 1).
#}
select
    measures.as_of_date,
    measures.criteria_version,
    measures.customer_key,
    measures.customer_kind,
    parameters.clv_method,
    measures.repeat_purchase_days,
    measures.tenure_days,
    case
        when parameters.clv_method = 'mbg_nbd' then 1 / (1 + parameters.a / (parameters.b + measures.repeat_purchase_days) * pow(
            (parameters.alpha + measures.tenure_days) / (parameters.alpha + measures.tenure_days - measures.recency_days),
            parameters.r + measures.repeat_purchase_days
        ))
        else 1
    end as alive,
    case parameters.clv_method
        when 'mbg_nbd' then (parameters.r + measures.repeat_purchase_days) / (parameters.alpha + measures.tenure_days)
        when 'nbd' then (parameters.nbd_r + measures.repeat_purchase_days) / (parameters.nbd_alpha + measures.tenure_days)
        when 'own_rate'
            then (measures.repeat_purchase_days + parameters.daily_rate * criteria.clv_shrinkage_days) / (measures.tenure_days + criteria.clv_shrinkage_days)
        when 'cohort_mean' then parameters.daily_rate
    end as daily_rate,
    case parameters.clv_method
        when 'mbg_nbd' then parameters.r + measures.repeat_purchase_days
        when 'nbd' then parameters.nbd_r + measures.repeat_purchase_days
        else measures.repeat_purchase_days + 1
    end as rate_shape,
    parameters.p,
    case when parameters.has_gamma_gamma then parameters.p * measures.repeat_purchase_days + parameters.q end as amount_shape,
    case
        when parameters.has_gamma_gamma
            then parameters.p * (parameters.v + greatest(cast(measures.net_amount - measures.first_day_amount as double), 0))
            / (parameters.p * measures.repeat_purchase_days + parameters.q - 1)
        else (greatest(cast(measures.net_amount as double), 0) + parameters.mean_amount * criteria.clv_shrinkage_purchases)
            / (measures.purchase_days + criteria.clv_shrinkage_purchases)
    end as mean_amount,
    measures.purchase_days + criteria.clv_shrinkage_purchases as amount_count,
    coalesce(cast(bases.margin_rate as double), 1) as margin_rate,
    criteria.clv_interval_deviate as deviate,
    criteria.clv_horizon_days
from {{ ref('int_purchases_measured') }} as measures
inner join {{ ref('int_clv_parameters_by_date') }} as parameters
    on measures.as_of_date = parameters.as_of_date
    and measures.criteria_version = parameters.criteria_version
    and measures.customer_kind = parameters.customer_kind
inner join {{ ref('int_criteria_by_date') }} as criteria
    on measures.as_of_date = criteria.as_of_date
    and measures.criteria_version = criteria.criteria_version
    and measures.customer_kind = criteria.customer_kind
left join {{ ref('int_value_bases') }} as bases
    on measures.as_of_date = bases.as_of_date
    and measures.criteria_version = bases.criteria_version
    and measures.customer_kind = bases.customer_kind
where measures.is_buyer
