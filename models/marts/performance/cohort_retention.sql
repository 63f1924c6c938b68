{#
    Grain: kind x cohort (period of the first purchase) x period after it: of how many customers it is, how many bought in the period, and what they
    spent. Months of persons, years of organisations, who may order once a year. Every whole period, one without a purchase too; a cohort of
    fewer than ten customers is counted and not described.
#}
{%- set text = dbt.type_string() %}
with days as (
    select
        grades.customer_key,
        grades.customer_kind,
        grades.as_of_date,
        purchases.activity_date,
        cast(purchases.gross_amount - purchases.refunded_amount as decimal(18, 4)) as net_amount,
        purchases.order_count,
        12 * extract(year from grades.first_purchase_date) + extract(month from grades.first_purchase_date) - 1 as first_month,
        12 * extract(year from purchases.activity_date) + extract(month from purchases.activity_date) - 1 as month,
        12 * extract(year from grades.as_of_date) + extract(month from grades.as_of_date) - 1
        - case when grades.as_of_date = {{ month_end_before('grades.as_of_date', -1) }} then 0 else 1 end as last_month,
        case when grades.customer_kind = 'person' then 1 else 12 end as period_months
    from {{ ref('int_grades_now') }} as grades
    inner join {{ ref('int_purchase_days') }} as purchases
        on grades.customer_key = purchases.customer_key
        and grades.as_of_date >= purchases.activity_date
        and grades.first_purchase_date <= purchases.activity_date
),

placed as (
    select
        days.*,
        {{ whole_division('first_month', 'period_months') }} as cohort,
        {{ whole_division('month', 'period_months') }} - {{ whole_division('first_month', 'period_months') }} as period_number,
        {{ whole_division('last_month + 1', 'period_months') }} - 1 as last_period
    from days
),

sizes as (
    select customer_kind, cohort, max(period_months) as period_months, max(last_period) as last_period, count(distinct customer_key) as customer_count
    from placed
    where cohort <= last_period
    group by customer_kind, cohort
),

periods as (
    select customer_kind, cohort, cast(0 as bigint) as period_number from sizes
    union all
    select customer_kind, cohort, {{ counted_up('last_period - cohort') }} as period_number from sizes
),

buying as (
    select
        customer_kind,
        cohort,
        period_number,
        count(distinct case when order_count > 0 then customer_key end) as buyer_count,
        cast(sum(net_amount) as decimal(18, 4)) as net_amount
    from placed
    where cohort + period_number <= last_period
    group by customer_kind, cohort, period_number
)

select
    sizes.customer_kind,
    case
        when sizes.period_months = 12 then cast(sizes.cohort as {{ text }})
        else concat(
            cast({{ whole_division('sizes.cohort', '12') }} as {{ text }}), '-', right(concat('0', cast(sizes.cohort % 12 + 1 as {{ text }})), 2)
        )
    end as cohort,
    cast(periods.period_number as integer) as period_number,
    cast(sizes.customer_count as integer) as customer_count,
    cast(case when sizes.customer_count >= 10 then coalesce(buying.buyer_count, 0) end as integer) as buyer_count,
    case when sizes.customer_count >= 10 then cast(coalesce(buying.buyer_count, 0) as double) / sizes.customer_count end as retention_rate,
    case when sizes.customer_count >= 10 then coalesce(buying.net_amount, 0) end as net_amount
from sizes
inner join periods on sizes.customer_kind = periods.customer_kind and sizes.cohort = periods.cohort
left join buying
    on periods.customer_kind = buying.customer_kind
    and periods.cohort = buying.cohort
    and periods.period_number = buying.period_number
