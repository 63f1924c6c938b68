{#
    Grain: one order of an orders export of which something was refunded. The export says how much in all, and not when:
    the latest date that the row knows stands for it, so a refund may count earlier than it was made.
#}
{%- set derived = {
    'refund_ref': trimmed('name') ~ " || ' refunded'",
    'refunded_at': "greatest(" ~ trimmed('created_at') ~ ", " ~ trimmed('paid_at') ~ ", " ~ trimmed('fulfilled_at') ~ ", " ~ trimmed('cancelled_at') ~ ")",
    'customer_ref': shopify_customer_ref('email', ['phone', 'billing_phone']),
    'kind': "'refund'",
} -%}
{%- set contract = source_contract('shopify', 'orders_export', derived, into='refunds',
    claims=trimmed('refunded_amount') ~ " is not null and not " ~ matches('refunded_amount', '^[ 0.]*$')) -%}
with standardized as (
{{ standardize_columns(contract) }}
),

validated as (
{{ validate_records('standardized', contract, [
    ['amount', 'not_positive', 'amount <= 0'],
]) }}
)

select * from validated
