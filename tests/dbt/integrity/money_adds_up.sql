{{ config(meta={'exit_code': 3, 'remedy': 'money of customers and of orders differ: this is a bug, please report it'}) }}
with of_orders as (
    select
        sum(gross_amount) as gross_amount,
        (select coalesce(sum(refunded_amount), 0) from {{ ref('refunds') }}) as refunded_amount
    from {{ ref('orders') }}
),

of_customers as (
    select sum(gross_amount) as gross_amount, sum(refunded_amount) as refunded_amount
    from {{ ref('customer_grades') }}
),

elsewhere as (
    select sum(orders.gross_amount) as gross_amount
    from {{ ref('orders') }} as orders
    left join {{ ref('customers') }} as customers on orders.customer_id = customers.customer_id
    where not coalesce(customers.is_graded, false)
),

refunded_elsewhere as (
    select sum(refunds.refunded_amount) as refunded_amount
    from {{ ref('refunds') }} as refunds
    left join {{ ref('customers') }} as customers on refunds.customer_id = customers.customer_id
    where not coalesce(customers.is_graded, false)
)

select of_orders.gross_amount, of_orders.refunded_amount
from of_orders
cross join of_customers
cross join elsewhere
cross join refunded_elsewhere
where coalesce(of_orders.gross_amount, 0) <> coalesce(of_customers.gross_amount, 0) + coalesce(elsewhere.gross_amount, 0)
    or of_orders.refunded_amount <> coalesce(of_customers.refunded_amount, 0) + coalesce(refunded_elsewhere.refunded_amount, 0)
