{#
    Grain: movement of a ledger that the rules would have made of the orders of persons: points and growth of an order once its time to
    return it is over, points by the level that the customer had then, twice in the month of the birthday up to a limit; a refund takes back its
    share. Empty where a programme was landed.
#}
with earned as (
    select
        records.customer_key,
        orders.source_system,
        orders.order_ref,
        orders.gross_amount,
        {{ days_after('orders.order_date', 'terms.loyalty_return_days') }} as moved_date,
        terms.loyalty_growth_days,
        floor(cast(orders.gross_amount as double) / cast(terms.unit_amount as double)) as growth,
        terms.criteria_version,
        case
            when extract(month from attributes.birth_date) = extract(month from orders.order_date) then terms.loyalty_birthday_max_points
            else 0
        end as birthday_max_points
    from {{ ref('int_orders_converted') }} as orders
    inner join {{ ref('int_loyalty_terms') }} as terms on terms.is_simulated
    inner join {{ ref('int_records_resolved') }} as records on orders.record_key = records.record_key
    inner join {{ ref('int_grades_now') }} as grades on records.customer_key = grades.customer_key and grades.customer_kind = 'person'
    left join {{ ref('int_customer_attributes') }} as attributes on records.customer_key = attributes.customer_key
    where orders.is_purchase
),

{# The growth that a customer had gathered before each day on which it earned. #}
growing as (
    select customer_key, moved_date, max(loyalty_growth_days) as loyalty_growth_days, sum(growth) as growth
    from earned
    group by customer_key, moved_date
),

standing as (
    select growing.customer_key, growing.moved_date, coalesce(sum(earlier.growth), 0) as growth_before
    from growing
    left join growing as earlier
        on growing.customer_key = earlier.customer_key
        and growing.moved_date > earlier.moved_date
        and {{ days_after('growing.moved_date', '-growing.loyalty_growth_days') }} <= earlier.moved_date
    group by growing.customer_key, growing.moved_date
),

multiplied as (
    select
        earned.*,
        floor(earned.growth * levels.points_multiplier) + least(earned.growth, earned.birthday_max_points) as points
    from earned
    inner join standing on earned.customer_key = standing.customer_key and earned.moved_date = standing.moved_date
    inner join {{ ref('int_loyalty_bands') }} as levels
        on earned.criteria_version = levels.criteria_version
        and standing.growth_before >= levels.min_growth
        and standing.growth_before < levels.next_growth
),

refunded as (
    select
        multiplied.customer_key,
        greatest(refunds.effective_date, multiplied.moved_date) as moved_date,
        -ceil(multiplied.growth * cast(refunds.refunded_amount as double) / cast(multiplied.gross_amount as double)) as growth,
        -ceil(multiplied.points * cast(refunds.refunded_amount as double) / cast(multiplied.gross_amount as double)) as points
    from multiplied
    inner join {{ ref('int_refunds_applied') }} as refunds
        on multiplied.source_system = refunds.order_source_system and multiplied.order_ref = refunds.order_ref
    where refunds.refunded_amount > 0 and multiplied.gross_amount > 0
)

{%- for ledger in ['points', 'growth'] %}
select customer_key, '{{ ledger }}' as ledger, 'earn' as kind, moved_date, cast({{ ledger }} as decimal(18, 4)) as points
from multiplied
where {{ ledger }} > 0
union all
select customer_key, '{{ ledger }}', 'reverse', moved_date, cast({{ ledger }} as decimal(18, 4))
from refunded
where {{ ledger }} < 0
{{- ' union all' if not loop.last }}
{%- endfor %}
