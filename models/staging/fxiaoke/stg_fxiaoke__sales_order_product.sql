{# Grain: one record of `sales_order_product` as it was landed, in the columns of the landing table `order_lines`. #}
{%- set derived = {
    'unit_price': "coalesce(" ~ trimmed('sales_price') ~ ", " ~ trimmed('product_price') ~ ")",
    'updated_at': epoch_or_text('last_modified_time', 1000),
} -%}
{%- set contract = source_contract('fxiaoke', 'sales_order_product', derived, extra={
    'is_deleted': "lower(is_deleted)",
    'life_status': "lower(life_status)",
}) -%}
with standardized as (
{{ standardize_columns(contract) }}
),

validated as (
{{ validate_records('standardized', contract, [
    ['order_ref', 'deleted_in_source', "is_deleted in ('true', '1', '是')"],
    ['order_ref', 'invalid_in_source', "life_status in ('invalid', '作废')"],
]) }}
)

select * from validated
