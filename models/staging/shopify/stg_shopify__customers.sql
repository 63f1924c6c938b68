{#
    Grain: one customer of a customers export. Marketing that was not accepted is no refusal: the export does not say
    since when.
#}
{%- set derived = {
    'customer_ref': shopify_customer_ref('email', ['phone', 'default_address_phone'], 'customer_id'),
    'name': "coalesce(" ~ trimmed('default_address_company') ~ ", " ~ trimmed("concat_ws(' ', first_name, last_name)") ~ ")",
    'phone': "coalesce(" ~ trimmed('phone') ~ ", " ~ trimmed('default_address_phone') ~ ")",
    'customer_kind': "case when " ~ trimmed('default_address_company') ~ " is not null then 'organisation' end",
} -%}
{%- set contract = source_contract('shopify', 'customers_export', derived) -%}
with standardized as (
{{ standardize_columns(contract) }}
),

validated as (
{{ validate_records('standardized', contract) }}
)

select * from validated
