{# Grain: one record of `payment` as it was landed, in the columns of the landing table `payments`. #}
{%- set derived = {
    'paid_at': epoch_or_text('payment_time', 1000),
    'updated_at': epoch_or_text('last_modified_time', 1000),
} -%}
{%- set contract = source_contract('fxiaoke', 'payment', derived, extra={
    'is_deleted': "lower(is_deleted)",
    'life_status': "lower(life_status)",
}) -%}
with standardized as (
{{ standardize_columns(contract) }}
),

validated as (
{{ validate_records('standardized', contract, [
    ['payment_ref', 'deleted_in_source', "is_deleted in ('true', '1', '是')"],
    ['payment_ref', 'invalid_in_source', "life_status in ('invalid', '作废')"],
    ['amount', 'negative_amount', "amount < 0"],
]) }}
),

{{ resolve_records('validated', contract) }}

select * from resolved
