{#
    Grain: one line of an order of an orders export: the rows that name a line item. The export does not number lines:
    they count by their place among the rows of the order, so that a file that was exported twice has the same lines.
    Where prices include taxes, they come off as from the order.
#}
{%- set derived = {
    'line_number': "cast(row_number() over (partition by _file, " ~ trimmed('name') ~ " order by _line) as " ~ dbt.type_string() ~ ")",
} -%}
{%- set contract = source_contract('shopify', 'orders_export', derived, into='order_lines', extra={
        'order_total': "max(total) over (partition by _file, " ~ trimmed('name') ~ ")",
        'order_subtotal': "max(subtotal) over (partition by _file, " ~ trimmed('name') ~ ")",
        'order_shipping': "max(shipping) over (partition by _file, " ~ trimmed('name') ~ ")",
        'order_taxes': "max(taxes) over (partition by _file, " ~ trimmed('name') ~ ")",
    },
    claims="coalesce(" ~ trimmed('lineitem_name') ~ ", " ~ trimmed('lineitem_quantity') ~ ", " ~ trimmed('lineitem_price') ~ ") is not null") -%}
with standardized as (
{{ standardize_columns(contract) }}
),

netted as (
    select {{ replaced_columns(contract, 'standardized', {
        'unit_price': times('standardized.unit_price', shopify_net_share('standardized')),
        'discount_amount': times('standardized.discount_amount', shopify_net_share('standardized')),
    }) }}
    from standardized
),

validated as (
{{ validate_records('netted', contract) }}
)

select * from validated
