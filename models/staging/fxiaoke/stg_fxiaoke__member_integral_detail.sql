{# Grain: one record of `member_integral_detail` as it was landed, in the columns of the landing table `loyalty_entries`. #}
{%- set derived = {
    'entry_at': epoch_or_text('create_time', 1000),
    'ledger': "'points'",
    'expires_at': epoch_or_text('expire_time', 1000),
    'updated_at': epoch_or_text('last_modified_time', 1000),
} -%}
{%- set contract = source_contract('fxiaoke', 'member_integral_detail', derived, extra={
    'is_deleted': "lower(is_deleted)",
    'life_status': "lower(life_status)",
}) -%}
with standardized as (
{{ standardize_columns(contract) }}
),

validated as (
{{ validate_records('standardized', contract, [
    ['entry_ref', 'deleted_in_source', "is_deleted in ('true', '1', '是')"],
    ['entry_ref', 'invalid_in_source', "life_status in ('invalid', '作废')"],
]) }}
)

select * from validated
