{# Grain: one record of `contact` as it was landed, in the columns of the landing table `contacts`. #}
{%- set derived = {
    'updated_at': epoch_or_text('last_modified_time', 1000),
} -%}
{%- set contract = source_contract('fxiaoke', 'contact', derived, extra={
    'is_deleted': "lower(is_deleted)",
    'life_status': "lower(life_status)",
}) -%}
with standardized as (
{{ standardize_columns(contract) }}
),

validated as (
{{ validate_records('standardized', contract, [
    ['contact_ref', 'deleted_in_source', "is_deleted in ('true', '1', '是')"],
    ['contact_ref', 'invalid_in_source', "life_status in ('invalid', '作废')"],
]) }}
)

select * from validated
