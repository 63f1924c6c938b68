{# Grain: one record of `personnel` as it was landed, in the columns of the landing table `staff`. #}
{%- set derived = {
    'team': first_of_array('main_department'),
    'manager_ref': first_of_array('leader'),
    'is_active': "case when lower(status) in ('0', 'active', '启用', '在职') then 'true' when status is not null then 'false' end",
    'updated_at': epoch_or_text('last_modified_time', 1000),
} -%}
{%- set contract = source_contract('fxiaoke', 'personnel', derived, extra={'is_deleted': "lower(is_deleted)"}) -%}
with standardized as (
{{ standardize_columns(contract) }}
),

validated as (
{{ validate_records('standardized', contract, [
    ['staff_ref', 'deleted_in_source', "is_deleted in ('true', '1', '是')"],
]) }}
)

select * from validated
