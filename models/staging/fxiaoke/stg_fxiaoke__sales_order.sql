{# Grain: one record of `sales_order` as it was landed, in the columns of the landing table `orders`. #}
{%- set derived = {
    'ordered_at': epoch_or_text('order_time', 1000),
    'promised_at': epoch_or_text('delivery_date', 1000),
    'status': "coalesce(" ~ trimmed('life_status') ~ ", 'normal')",
    'amount': trimmed('order_amount'),
    'sales_owner': first_of_array('owner'),
    'updated_at': epoch_or_text('last_modified_time', 1000),
} -%}
{%- set contract = source_contract('fxiaoke', 'sales_order', derived, extra={
    'is_deleted': "lower(is_deleted)",
    'life_status': "lower(life_status)",
}) -%}
with standardized as (
{{ standardize_columns(contract) }}
),

orders_with_lines as (
    select distinct {{ trimmed('order_id') }} as order_ref
    from {{ source('fxiaoke', 'sales_order_product') }}
),

compared as (
    {# The order's own amount may hold tax and freight: where there are lines, they decide. #}
    select {{ replaced_columns(contract, 'standardized', {'amount': 'case when orders_with_lines.order_ref is null then standardized.amount end'}) }},
        standardized.is_deleted,
        standardized.life_status,
        orders_with_lines.order_ref is not null as has_lines
    from standardized
    left join orders_with_lines on standardized.order_ref = orders_with_lines.order_ref
),

validated as (
{{ validate_records('compared', contract, [
    ['order_ref', 'deleted_in_source', "is_deleted in ('true', '1', '是')"],
    ['order_ref', 'invalid_in_source', "life_status in ('invalid', '作废')"],
    ['amount', 'negative_amount', "amount < 0"],
    ['amount', 'missing_amount', "amount is null and amount__problem is null and not has_lines"],
]) }}
)

select * from validated
