{# Grain: one record of `returned_goods_invoice` as it was landed, in the columns of the landing table `refunds`. #}
{%- set derived = {
    'refunded_at': epoch_or_text('returned_goods_time', 1000),
    'kind': "'return'",
    'updated_at': epoch_or_text('last_modified_time', 1000),
} -%}
{%- set contract = source_contract('fxiaoke', 'returned_goods_invoice', derived, extra={
    'is_deleted': "lower(is_deleted)",
    'life_status': "lower(life_status)",
}) -%}
with standardized as (
{{ standardize_columns(contract) }}
),

validated as (
{{ validate_records('standardized', contract, [
    ['refund_ref', 'deleted_in_source', "is_deleted in ('true', '1', '是')"],
    ['refund_ref', 'invalid_in_source', "life_status in ('invalid', '作废')"],
    ['amount', 'negative_amount', "amount < 0"],
]) }}
)

select * from validated
