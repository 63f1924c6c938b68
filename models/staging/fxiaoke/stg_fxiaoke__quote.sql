{# Grain: one record of `quote` as it was landed, in the columns of the landing table `quotes`. #}
{%- set derived = {
    'quoted_at': "coalesce(" ~ epoch_or_text('quote_time', 1000) ~ ", " ~ epoch_or_text('create_time', 1000) ~ ")",
    'valid_until': epoch_or_text('expiry_date', 1000),
    'status': trimmed('life_status'),
    'updated_at': epoch_or_text('last_modified_time', 1000),
} -%}
{%- set contract = source_contract('fxiaoke', 'quote', derived, extra={
    'is_deleted': "lower(is_deleted)",
    'life_status': "lower(life_status)",
}) -%}
with standardized as (
{{ standardize_columns(contract) }}
),

validated as (
{{ validate_records('standardized', contract, [
    ['quote_ref', 'deleted_in_source', "is_deleted in ('true', '1', '是')"],
    ['quote_ref', 'invalid_in_source', "life_status in ('invalid', '作废')"],
]) }}
)

select * from validated
