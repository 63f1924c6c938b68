{# Grain: one record of `lead` as it was landed, in the columns of the landing table `customers`. #}
{%- set derived = {
    'record_role': "'lead'",
    'customer_kind': "case when " ~ trimmed('company') ~ " is not null then 'organisation' else 'person' end",
    'name': "coalesce(" ~ trimmed('company') ~ ", " ~ trimmed('full_name') ~ ", " ~ trimmed("concat_ws(' ', first_name, last_name)") ~ ")",
    'converted_to_customer_ref': "coalesce(" ~ trimmed("replace(converted_account_id, 'zcrm_', '')")
        ~ ", case when lower(is_converted) in ('true', '1', 'yes') then 'converted' end)",
} -%}
{%- set contract = source_contract('zoho_crm', 'lead', derived, extra={'is_deleted': "lower(is_deleted)"}) -%}
with standardized as (
{{ standardize_columns(contract) }}
),

validated as (
{{ validate_records('standardized', contract, [
    ['customer_ref', 'deleted_in_source', "is_deleted in ('true', '1', 'yes')"],
]) }}
)

select * from validated
