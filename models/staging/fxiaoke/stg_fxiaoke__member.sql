{# Grain: one record of `member` as it was landed, in the columns of the landing table `identifiers`. #}
{%- set derived = {
    'kind': "'member_no'",
    'verified_at': epoch_or_text('create_time', 1000),
    'updated_at': epoch_or_text('last_modified_time', 1000),
} -%}
{%- set contract = source_contract('fxiaoke', 'member', derived, extra={
    'is_deleted': "lower(is_deleted)",
    'life_status': "lower(life_status)",
}) -%}
with standardized as (
{{ standardize_columns(contract) }}
),

validated as (
{{ validate_records('standardized', contract, [
    ['customer_ref', 'deleted_in_source', "is_deleted in ('true', '1', '是')"],
    ['customer_ref', 'invalid_in_source', "life_status in ('invalid', '作废')"],
]) }}
)

select * from validated
