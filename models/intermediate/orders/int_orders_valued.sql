{#
    Grain: one accepted order with its value and currency. The order's own amount wins; without one it is the sum of
    its counted lines less the order's discount, not below zero. The cost is the order's own, or that of its counted
    lines if all of them have one (gifts cost too). What selling it cost is known where a rebate, freight that we bear or a
    commission is. The currency is the order's own, else that of its customer on that
    day, else the default of its source, else NULL: then the reporting currency is meant.
    Lines that sum to more than one row may hold are cut there, and the order is pending.
#}
with line_sums as (
    select
        order_source_system,
        order_ref,
        sum(line_original_amount) as lines_amount,
        sum(cost_original_amount) as lines_cost_amount,
        count(*) = count(cost_original_amount) as is_costed,
        count(case when is_counted then 1 end) > 0 and count(case when is_counted and not is_discounted then 1 end) = 0 as is_discounted
    from {{ ref('int_order_lines_valued') }}
    group by order_source_system, order_ref
)

select
    orders.raw_table,
    orders.source_system,
    orders.order_ref,
    orders.customer_source_system,
    orders.customer_ref,
    orders.record_key,
    orders.ordered_at,
    orders.order_date,
    coalesce(orders.status, 'counts') as status_class,
    coalesce(orders.order_type, 'normal') as order_type,
    coalesce(orders.status, 'counts') = 'counts' and coalesce(orders.order_type, 'normal') = 'normal' as is_countable,
    orders.channel,
    coalesce(orders.discount_amount, 0) > 0 or coalesce(line_sums.is_discounted, false) as is_discounted,
    case when orders.channel is not null then channels.channel is not null end as is_self_service,
    cast(orders.due_at as date) as due_date,
    cast(orders.promised_at as date) as promised_date,
    cast(orders.delivered_at as date) as delivered_date,
    coalesce(orders.currency, customers.currency, settings.currency) as stated_currency,
    orders.exchange_rate as stated_exchange_rate,
    cast(coalesce(
        orders.amount,
        least(
            greatest(coalesce(line_sums.lines_amount, 0) - coalesce(orders.discount_amount, 0), 0),
            {{ largest_amount() }} + 1
        )
    ) as decimal(18, 4)) as original_amount,
    cast(coalesce(
        orders.cost_amount,
        case when line_sums.is_costed and line_sums.lines_cost_amount <= {{ largest_amount() }} then line_sums.lines_cost_amount end
    ) as decimal(18, 4)) as cost_original_amount,
    cast(coalesce(orders.tax_amount, 0) + coalesce(orders.shipping_amount, 0) as decimal(18, 4)) as surcharge_original_amount,
    case
        when orders.rebate_amount is not null or orders.freight_cost_amount is not null or orders.commission_amount is not null
            then cast(
                coalesce(orders.rebate_amount, 0) + coalesce(orders.freight_cost_amount, 0) + coalesce(orders.commission_amount, 0)
                as decimal(18, 4)
            )
    end as selling_cost_original_amount,
    coalesce(
        abs(orders.amount - line_sums.lines_amount) > 0.01
        and abs(orders.amount - line_sums.lines_amount + coalesce(orders.discount_amount, 0)) > 0.01, false
    ) as differs_from_lines
from {{ ref('int_orders_unioned') }} as orders
left join line_sums
    on orders.source_system = line_sums.order_source_system and orders.order_ref = line_sums.order_ref
left join {{ ref('self_service_channels') }} as channels on lower(orders.channel) = channels.channel
{{ currency_look_ups('orders', 'orders.currency', 'orders.order_date') }}
where orders.record_status = 'accepted'
