{#
    Grain: one line of an order of an orders export: the rows that name a line item. The export does not number lines:
    they are numbered by what they say, equal ones by their place in the file, over all files: an order that was exported twice
    has the same lines, and one whose rows stand in two files has them all. Where prices include taxes, they come off as from the order.
#}
{%- set derived = {
    'line_number': "cast(row_number() over (partition by _file, name, lineitem_sku, lineitem_name, lineitem_price, lineitem_quantity "
        ~ "order by _line) as " ~ dbt.type_string() ~ ")",
} -%}
{%- set contract = source_contract('shopify', 'orders_export', derived, into='order_lines', extra={
        'line_text': trimmed('lineitem_name'),
        'order_total': "max(total) over (partition by " ~ trimmed('name') ~ ")",
        'order_subtotal': "max(subtotal) over (partition by " ~ trimmed('name') ~ ")",
        'order_shipping': "max(shipping) over (partition by " ~ trimmed('name') ~ ")",
        'order_taxes': "max(taxes) over (partition by " ~ trimmed('name') ~ ")",
    },
    claims="coalesce(" ~ trimmed('lineitem_name') ~ ", " ~ trimmed('lineitem_quantity') ~ ", " ~ trimmed('lineitem_price') ~ ") is not null") -%}
with standardized as (
{{ standardize_columns(contract) }}
),

netted as (
    select {{ replaced_columns(contract, 'standardized', {
        'line_number': 'cast(dense_rank() over (partition by standardized.order_ref order by standardized.product_ref, '
            ~ 'standardized.line_text, standardized.unit_price, standardized.quantity, standardized.line_number) as integer)',
        'unit_price': times('standardized.unit_price', shopify_net_share('standardized')),
        'discount_amount': times('standardized.discount_amount', shopify_net_share('standardized')),
    }) }}
    from standardized
),

validated as (
{{ validate_records('netted', contract) }}
)

select * from validated
