{# Tier sizes, revenue share and customers who moved since the last month end: one row per kind and tier. #}
with sizes as (
    select
        customer_kind,
        value_tier,
        count(*) as customer_count,
        sum(net_amount_365d) as net_amount_365d
    from {{ ref('customer_grades') }}
    group by customer_kind, value_tier
),

moves as (
    select customer_kind, to_tier, sum(customer_count) as entered_count
    from {{ ref('tier_migrations') }}
    where from_tier <> to_tier and period_end = (select max(as_of_date) from {{ ref('publication') }})
    group by customer_kind, to_tier
)

select
    sizes.customer_kind,
    sizes.value_tier,
    sizes.customer_count,
    sizes.net_amount_365d,
    cast(sizes.net_amount_365d as double)
    / nullif(cast(sum(sizes.net_amount_365d) over (partition by sizes.customer_kind) as double), 0) as net_amount_share,
    coalesce(moves.entered_count, 0) as entered_count
from sizes
left join moves on sizes.customer_kind = moves.customer_kind and sizes.value_tier = moves.to_tier
order by sizes.customer_kind, sizes.net_amount_365d desc, sizes.value_tier
