{#
    Grain: date due x criteria version x buyer: purchase days and amount to expect within the horizon, and the discounted value of that: of
    margin where margin is the basis of value, else of net amount. The interval is that of a
    gamma distribution with the mean and the variance of the model, its quantiles by Wilson and Hilferty, and holds the mean; what is not
    known of the parameters themselves is not in it.
#}
with discounting as (
    select
        as_of_date,
        criteria_version,
        customer_kind,
        cast(sum(cast(period_days * discount_factor as decimal(38, 15))) as double) as discounted_horizon_days
    from {{ ref('int_clv_periods') }}
    group by as_of_date, criteria_version, customer_kind
),

expected as (
    select
        buyers.*,
        coalesce(pairs.expected_days, buyers.daily_rate * buyers.clv_horizon_days) as days_if_alive,
        coalesce(pairs.discounted_days, buyers.daily_rate * discounting.discounted_horizon_days) as discounted_days_if_alive,
        least(coalesce(pairs.expected_days / nullif(buyers.daily_rate * buyers.clv_horizon_days, 0), 1), 1) as stay_share,
        {# Variance of one amount about the customer's mean, and of what is known of that mean, in squares of it. #}
        case when amount_shape is not null then (amount_shape - 1) / (p * greatest(amount_shape - 2, 0.1)) else 1 end as amount_spread,
        case when amount_shape is not null then 1 / greatest(amount_shape - 2, 0.1) else 1.0 / amount_count end as mean_spread
    from {{ ref('int_clv_measured') }} as buyers
    inner join discounting
        on buyers.as_of_date = discounting.as_of_date
        and buyers.criteria_version = discounting.criteria_version
        and buyers.customer_kind = discounting.customer_kind
    left join {{ ref('int_clv_expected') }} as pairs
        on buyers.as_of_date = pairs.as_of_date
        and buyers.criteria_version = pairs.criteria_version
        and buyers.customer_kind = pairs.customer_kind
        and buyers.repeat_purchase_days = pairs.repeat_purchase_days
        and buyers.tenure_days = pairs.tenure_days
),

valued as (
    select
        expected.*,
        alive * discounted_days_if_alive * mean_amount * margin_rate as clv,
        alive * days_if_alive as expected_days,
        {#
            Relative variance of the sum: of the number of purchases (alive or not, a rate that is not known, leaving within the horizon
            at any time of it, chance), and of amounts.
        #}
        case
            when alive * days_if_alive > 0 then
                ((1 / days_if_alive + (1 / rate_shape + 1)
                    * case when stay_share >= 0.5 then (4 * stay_share - 1) / (3 * stay_share * stay_share) else 4.0 / 3 end
                ) / alive - 1) * (1 + mean_spread) + amount_spread / (alive * days_if_alive) + mean_spread
        end as relative_variance
    from expected
)

select
    as_of_date,
    criteria_version,
    customer_key,
    clv_method,
    cast(alive as decimal(9, 6)) as probability_alive,
    cast(expected_days as decimal(12, 4)) as expected_purchase_days,
    cast(mean_amount as decimal(18, 4)) as expected_amount,
    cast(clv as decimal(18, 4)) as clv_amount,
    cast({{ gamma_quantile('clv', 'relative_variance', '-deviate') }} as decimal(18, 4)) as clv_low_amount,
    cast(greatest({{ gamma_quantile('clv', 'relative_variance', 'deviate') }}, clv) as decimal(18, 4)) as clv_high_amount
from valued
