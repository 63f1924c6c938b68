{# Grain: one record of `checkins` as it was landed, in the columns of the landing table `interactions`. #}
{%- set derived = {
    'occurred_at': epoch_or_text('coalesce(new_stat_date, create_time)', 1000),
    'kind': "'visit'",
    'staff': first_of_array('owner'),
    'updated_at': epoch_or_text('last_modified_time', 1000),
} -%}
{%- set contract = source_contract('fxiaoke', 'checkins', derived, extra={
    'is_deleted': "lower(is_deleted)",
    'life_status': "lower(life_status)",
}) -%}
with standardized as (
{{ standardize_columns(contract) }}
),

validated as (
{{ validate_records('standardized', contract, [
    ['interaction_ref', 'deleted_in_source', "is_deleted in ('true', '1', '是')"],
    ['interaction_ref', 'invalid_in_source', "life_status in ('invalid', '作废')"],
]) }}
)

select * from validated
