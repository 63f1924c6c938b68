{#
    Grain: month of the last twelve, and the days since: points issued, redeemed and expired, what the points that are left would cost, and how many
    of the buyers bought again, members against others.
#}
with summed as (
    select
        as_of_date,
        count(*) as member_count,
        cast(sum(earned_points) as decimal(18, 4)) as earned,
        cast(sum(redeemed_points) as decimal(18, 4)) as redeemed,
        cast(sum(used_points) as decimal(18, 4)) as used,
        cast(sum(expired_points) as decimal(18, 4)) as expired,
        cast(sum(greatest(earned_points - used_points - expired_points, 0)) as decimal(18, 4)) as balance
    from {{ ref('int_loyalty_balances') }}
    group by as_of_date
),

buyers as (
    select
        grades.as_of_date,
        count(case when balances.customer_key is not null then 1 end) as member_buyers,
        count(case when balances.customer_key is not null and grades.purchase_days > 1 then 1 end) as member_repeaters,
        count(case when balances.customer_key is null then 1 end) as other_buyers,
        count(case when balances.customer_key is null and grades.purchase_days > 1 then 1 end) as other_repeaters
    from {{ ref('int_grades_over_time') }} as grades
    left join {{ ref('int_loyalty_balances') }} as balances
        on grades.as_of_date = balances.as_of_date and grades.customer_key = balances.customer_key
    where grades.purchase_days > 0 and grades.customer_kind = 'person'
    group by grades.as_of_date
),

compared as (
    select
        summed.*,
        lag(summed.as_of_date) over (order by summed.as_of_date) as period_start,
        {%- for name in ['earned', 'redeemed', 'expired'] %}
        {{ name }} - lag({{ name }}) over (order by summed.as_of_date) as {{ name }}_points{{ ',' if not loop.last }}
        {%- endfor %}
    from summed
)

select
    compared.period_start,
    compared.as_of_date as period_end,
    cast(compared.member_count as integer) as member_count,
    cast(compared.earned_points as decimal(18, 4)) as issued_points,
    cast(compared.redeemed_points as decimal(18, 4)) as redeemed_points,
    cast(compared.expired_points as decimal(18, 4)) as expired_points,
    compared.balance as points_balance,
    {{ times('compared.balance', 'terms.point_amount') }} as liability_amount,
    {{ rate_of('buyers.member_repeaters', 'buyers.member_buyers') }} as member_repeat_rate,
    case when not terms.is_simulated then {{ rate_of('buyers.other_repeaters', 'buyers.other_buyers') }} end as non_member_repeat_rate,
    terms.is_simulated
from compared
cross join {{ ref('int_loyalty_terms') }} as terms
left join buyers on compared.as_of_date = buyers.as_of_date
where compared.period_start is not null
