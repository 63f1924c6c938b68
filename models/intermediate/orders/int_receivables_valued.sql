{#
    Grain: one amount that a customer owes: an accepted receivable, or an order that counts, has a due date and no receivable; its
    amount is then that of its goods with tax and shipping. A receivable of an order that does not count is not owed.
    It is known from the day of its invoice, else of its order, else from the day on which it is due. The currency is its own, else
    its order's, else its customer's on that day, else the default of its source, else NULL (the reporting currency).
#}
with receivables as (
    select
        raw_table,
        source_system,
        receivable_ref,
        order_source_system,
        order_ref,
        record_key,
        cast(due_at as date) as due_date,
        cast(invoiced_at as date) as invoiced_date,
        coalesce(is_disputed, false) as is_disputed,
        amount,
        currency
    from {{ ref('int_receivables_unioned') }}
    where record_status = 'accepted'
),

invoiced_orders as (
    select distinct order_source_system, order_ref
    from receivables
    where order_ref is not null
),

owed as (
    select
        receivables.raw_table,
        receivables.source_system,
        receivables.receivable_ref,
        false as is_order_due,
        case when orders.order_ref is not null then receivables.order_source_system end as order_source_system,
        orders.order_ref,
        coalesce(orders.record_key, receivables.record_key) as record_key,
        receivables.due_date,
        coalesce(receivables.invoiced_date, orders.order_date, receivables.due_date) as issued_date,
        receivables.is_disputed,
        coalesce(orders.status_class, 'counts') = 'counts' as is_owed,
        receivables.amount as original_amount,
        coalesce(receivables.currency, orders.stated_currency) as currency
    from receivables
    left join {{ ref('int_orders_valued') }} as orders
        on receivables.order_source_system = orders.source_system and receivables.order_ref = orders.order_ref
    union all
    select
        cast(null as {{ dbt.type_string() }}),
        orders.source_system,
        orders.order_ref as receivable_ref,
        true,
        orders.source_system as order_source_system,
        orders.order_ref,
        orders.record_key,
        orders.due_date,
        orders.order_date,
        false,
        true,
        cast(orders.original_amount + orders.surcharge_original_amount as decimal(18, 4)),
        orders.stated_currency
    from {{ ref('int_orders_valued') }} as orders
    left join invoiced_orders
        on orders.source_system = invoiced_orders.order_source_system and orders.order_ref = invoiced_orders.order_ref
    where orders.due_date is not null and orders.is_countable and invoiced_orders.order_ref is null
)

select
    owed.raw_table,
    owed.source_system,
    owed.receivable_ref,
    {{ document_key("case when owed.is_order_due then 'order' else 'receivable' end", 'owed.source_system', 'owed.receivable_ref') }}
        as receivable_key,
    owed.is_order_due,
    owed.order_source_system,
    owed.order_ref,
    owed.record_key,
    owed.due_date,
    owed.issued_date,
    owed.is_disputed,
    owed.is_owed,
    owed.original_amount,
    coalesce(owed.currency, customers.currency, settings.currency) as currency
from owed
{{ currency_look_ups('owed', 'owed.currency', 'owed.issued_date') }}
