{# Grain: one record of `contact` as it was landed, in the columns of the landing table `contacts`. #}
{%- set derived = {
    'name': "coalesce(" ~ trimmed('full_name') ~ ", " ~ trimmed("concat_ws(' ', first_name, last_name)") ~ ")",
} -%}
{%- set contract = source_contract('zoho_crm', 'contact', derived, extra={'is_deleted': "lower(is_deleted)"}) -%}
with standardized as (
{{ standardize_columns(contract) }}
),

validated as (
{{ validate_records('standardized', contract, [
    ['contact_ref', 'deleted_in_source', "is_deleted in ('true', '1', 'yes')"],
]) }}
)

select * from validated
