{#
    Grain: one order of an orders export: the rows that have the order's own columns, and those that are neither line nor refund, such
    as a row of commas, which are then rejected. Of two exports of an order that with the latest date counts. The amount is Subtotal, after
    discounts and without shipping; where Total = Subtotal + Shipping, prices include taxes, and they come off. A
    cancelled order never counts.
#}
{%- set derived = {
    'customer_ref': shopify_customer_ref('email', ['phone', 'billing_phone']),
    'status': "case when " ~ trimmed('cancelled_at') ~ " is not null then 'cancelled' else " ~ trimmed('financial_status') ~ " end",
    'amount': trimmed('subtotal'),
    'updated_at': "greatest(" ~ trimmed('created_at') ~ ", " ~ trimmed('paid_at') ~ ", " ~ trimmed('fulfilled_at') ~ ", "
        ~ trimmed('cancelled_at') ~ ")",
} -%}
{%- set contract = source_contract('shopify', 'orders_export', derived, into='orders',
    extra={'order_total': trimmed('total'), 'order_subtotal': trimmed('subtotal'), 'order_shipping': trimmed('shipping'), 'order_taxes': trimmed('taxes')},
    claims="coalesce(" ~ trimmed('financial_status') ~ ", " ~ trimmed('subtotal') ~ ", " ~ trimmed('total') ~ ") is not null or ("
        ~ "coalesce(" ~ trimmed('lineitem_name') ~ ", " ~ trimmed('lineitem_quantity') ~ ", " ~ trimmed('lineitem_price') ~ ") is null "
        ~ "and coalesce(" ~ matches('refunded_amount', '^[ 0.]*$') ~ ", true))") -%}
with standardized as (
{{ standardize_columns(contract) }}
),

netted as (
    select {{ replaced_columns(contract, 'standardized', {
        'amount': times('standardized.amount', shopify_net_share('standardized')),
        'discount_amount': times('standardized.discount_amount', shopify_net_share('standardized')),
    }) }}
    from standardized
),

validated as (
{{ validate_records('netted', contract, [
    ['amount', 'negative_amount', 'amount < 0'],
    ['amount', 'missing_amount', 'amount is null and amount__problem is null'],
]) }}
)

select * from validated
