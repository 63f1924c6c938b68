{#
    Grain: one graded customer: the value tier above its own, what is missing to it in net amount and in orders of its usual size, and the day
    on which it falls below its own tier if it buys no more. Cuts are those of today; others move them. The grace that holds a tier is not
    counted in. Where margin is the basis of value, amounts are turned into net amount by the margin rate of the kind.
#}
with tiered as (
    select
        grades.*,
        coalesce(cast(bases.margin_rate as double), 1) as margin_rate,
        coalesce({{ ratio_of('1', 'bases.margin_rate') }}, 1) as sales_per_margin,
        bases.value_basis = 'margin_amount' as is_margin,
        criteria.tier_window_days,
        min(case when grades.value_tier = 'high' then grades.tier_value_amount end) over (partition by grades.customer_kind) as high_cut,
        min(case when grades.value_tier = 'mid' then grades.tier_value_amount end) over (partition by grades.customer_kind) as mid_cut,
        cast(sum(grades.net_amount) over (partition by grades.customer_kind) as double)
        / nullif(sum(grades.order_count) over (partition by grades.customer_kind), 0) as kind_order_amount
    from {{ ref('int_grades_now') }} as grades
    inner join {{ ref('int_criteria_by_date') }} as criteria
        on grades.as_of_date = criteria.as_of_date
        and grades.criteria_version = criteria.criteria_version
        and grades.customer_kind = criteria.customer_kind
    left join {{ ref('int_value_bases') }} as bases
        on grades.as_of_date = bases.as_of_date
        and grades.criteria_version = bases.criteria_version
        and grades.customer_kind = bases.customer_kind
),

{# What is left in the window once each day has left it, the oldest first. #}
leaving as (
    select
        tiered.customer_key,
        {{ days_after('days.activity_date', 'tiered.tier_window_days') }} as leaves_date,
        case when tiered.value_tier = 'high' then tiered.high_cut else tiered.mid_cut end as own_cut,
        coalesce(sum(
            case
                when tiered.is_margin
                    then cast(days.margin_amount as double)
                        + cast(days.gross_amount - days.refunded_amount - days.costed_net_amount as double) * tiered.margin_rate
                else cast(days.gross_amount - days.refunded_amount as double)
            end
        ) over (partition by tiered.customer_key order by days.activity_date rows between 1 following and unbounded following), 0) as left_amount
    from tiered
    inner join {{ ref('int_purchase_days') }} as days
        on tiered.customer_key = days.customer_key
        and tiered.as_of_date >= days.activity_date
        and {{ days_after('tiered.as_of_date', '-tiered.tier_window_days') }} < days.activity_date
    where tiered.value_tier in ('high', 'mid')
),

drops as (
    select customer_key, min(leaves_date) as tier_drop_date
    from leaving
    where left_amount < own_cut - 0.005
    group by customer_key
),

missing as (
    select
        tiered.*,
        case tiered.value_tier when 'high' then null when 'mid' then 'high' else 'mid' end as next_tier,
        case tiered.value_tier when 'mid' then tiered.high_cut when 'high' then null else tiered.mid_cut end as next_cut,
        case
            when tiered.net_amount > 0 and tiered.order_count > 0 then cast(tiered.net_amount as double) / tiered.order_count
            else tiered.kind_order_amount
        end as order_amount
    from tiered
),

gaps as (
    select
        missing.*,
        case
            when next_cut is not null
                then {{ times('greatest(next_cut - greatest(coalesce(tier_value_amount, 0), 0), cast(0.01 as decimal(18, 4)))', 'sales_per_margin') }}
        end as gap
    from missing
)

select
    gaps.as_of_date,
    {{ customer_id('gaps.customer_key') }} as customer_id,
    gaps.customer_kind,
    gaps.value_tier,
    case when gaps.gap is not null then gaps.next_tier end as next_tier,
    cast(gaps.gap as decimal(18, 4)) as gap_amount,
    cast(case when gaps.order_amount > 0 then least(ceil(cast(gaps.gap as double) / gaps.order_amount), 999999999) end as integer) as gap_order_count,
    {{ month_end_before(days_after('gaps.as_of_date', '1'), -1) }} as by_date,
    drops.tier_drop_date,
    coalesce(drops.tier_drop_date <= {{ month_end_before(days_after('gaps.as_of_date', '1'), -1) }}, false) as drops_by_date
from gaps
left join drops on gaps.customer_key = drops.customer_key
