{#
    Grain: date of the publication x member by then: points on the ledger, first in first out. Points go out by use or, the oldest first, by
    expiry: by a day x on which a lot expires, all that was earned up to that lot has left, used or expired. So what has expired up to a
    date is the largest of (earned up to the lot - used up to x) over the lots that have expired, and never below 0.
#}
with dates as (
    select as_of_date, is_current from {{ ref('int_dates_graded') }}
),

moments as (
    select customer_key, moved_date as day, 1 as step, case when points > 0 then points else 0 end as earned,
        case when points < 0 then -points else 0 end as used, cast(null as date) as lot_date
    from {{ ref('int_loyalty_movements') }}
    where ledger = 'points'
    union all
    select customer_key, expires_date, 2, 0, 0, max(moved_date)
    from {{ ref('int_loyalty_movements') }}
    where expires_date is not null
    group by customer_key, expires_date
),

used as (
    select
        moments.*,
        sum(used) over (partition by customer_key order by day, step range unbounded preceding) as used_so_far
    from moments
),

lots as (
    select customer_key, moved_date, sum(points) as earned
    from {{ ref('int_loyalty_movements') }}
    where ledger = 'points' and points > 0
    group by customer_key, moved_date
),

earned as (
    select lots.*, sum(earned) over (partition by customer_key order by moved_date) as earned_so_far
    from lots
),

expiries as (
    select
        used.customer_key,
        used.day as expires_date,
        cast(earned.earned_so_far - used.used_so_far as decimal(18, 4)) as overhang
    from used
    inner join earned on used.customer_key = earned.customer_key and used.lot_date = earned.moved_date
    where used.step = 2
),

moved as (
    select
        dates.as_of_date,
        dates.is_current,
        movements.customer_key,
        min(movements.moved_date) as member_since,
        {{ sum_where('movements.points', 'movements.ledger = \'points\' and movements.points > 0') }} as earned_points,
        {{ sum_where('-movements.points', 'movements.ledger = \'points\' and movements.points < 0') }} as used_points,
        {{ sum_where('-movements.points', 'movements.ledger = \'points\' and movements.kind = \'redeem\'') }} as redeemed_points
    from dates
    inner join {{ ref('int_loyalty_movements') }} as movements on dates.as_of_date >= movements.moved_date
    group by dates.as_of_date, dates.is_current, movements.customer_key
),

expired as (
    select
        dates.as_of_date,
        expiries.customer_key,
        max(case when expiries.expires_date <= dates.as_of_date then expiries.overhang else 0 end) as expired_points,
        max(expiries.overhang) as expired_soon_points
    from dates
    inner join expiries on {{ days_after('dates.as_of_date', '30') }} >= expiries.expires_date
    group by dates.as_of_date, expiries.customer_key
)

select
    moved.*,
    cast(greatest(coalesce(expired.expired_points, 0), 0) as decimal(18, 4)) as expired_points,
    cast(greatest(coalesce(expired.expired_soon_points, 0), coalesce(expired.expired_points, 0), 0)
        - greatest(coalesce(expired.expired_points, 0), 0) as decimal(18, 4)) as expiring_points
from moved
left join expired on moved.as_of_date = expired.as_of_date and moved.customer_key = expired.customer_key
