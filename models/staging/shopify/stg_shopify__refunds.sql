{#
    Grain: one order of an orders export of which something was refunded. The export says how much in all, taxes and shipping
    included, and not when: the part that its goods have in the order's total counts, and the latest date that the row knows
    stands for it, so a refund may count earlier than it was made. The sum only grows, so of two exports the larger is the later.
#}
{%- set derived = {
    'refund_ref': trimmed('name') ~ " || '-refunded'",
    'refunded_at': "greatest(" ~ trimmed('created_at') ~ ", " ~ trimmed('paid_at') ~ ", " ~ trimmed('fulfilled_at') ~ ", " ~ trimmed('cancelled_at') ~ ")",
    'customer_ref': shopify_customer_ref('email', ['phone', 'billing_phone']),
    'kind': "'refund'",
    'updated_at': "substr(cast(" ~ seconds_after("date '1970-01-01'", "round(100 * try_cast(refunded_amount as double))")
        ~ " as " ~ dbt.type_string() ~ "), 1, 19)",
} -%}
{%- set contract = source_contract('shopify', 'orders_export', derived, into='refunds', extra={
    'order_total': trimmed('total'), 'order_subtotal': trimmed('subtotal'),
    'order_shipping': trimmed('shipping'), 'order_taxes': trimmed('taxes'),
},
    claims=trimmed('refunded_amount') ~ " is not null and not " ~ matches('refunded_amount', '^[ 0.]*$')) -%}
with standardized as (
{{ standardize_columns(contract) }}
),

netted as (
    select {{ replaced_columns(contract, 'standardized', {
        'amount': times('standardized.amount', shopify_goods_share('standardized')),
    }) }}
    from standardized
),

validated as (
{{ validate_records('netted', contract, [
    ['amount', 'not_positive', 'amount <= 0'],
]) }}
)

select * from validated
