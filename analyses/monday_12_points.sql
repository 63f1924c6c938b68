{# Points that expire in 30 days, and what all points that are left would cost. #}
select
    members.loyalty_level,
    count(*) as member_count,
    sum(members.points_balance) as points_balance,
    sum(members.points_expiring_30d) as points_expiring_30d,
    max(performance.liability_amount) as whole_liability_amount,
    max(case when members.is_simulated then 'simulated from orders' else 'as landed' end) as programme
from {{ ref('loyalty_members') }} as members
left join {{ ref('loyalty_performance') }} as performance on members.as_of_date = performance.period_end
group by members.loyalty_level
order by points_balance desc, members.loyalty_level
