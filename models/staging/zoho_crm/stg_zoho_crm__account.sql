{# Grain: one record of `account` as it was landed, in the columns of the landing table `customers`. #}
{%- set derived = {
    'customer_kind': "'organisation'",
    'record_role': "'account'",
    'is_channel_partner': "case when lower(account_type) in ('distributor', 'reseller', 'partner', '经销商', '代理商') then 'true' end",
} -%}
{%- set contract = source_contract('zoho_crm', 'account', derived, extra={'is_deleted': "lower(is_deleted)"}) -%}
with standardized as (
{{ standardize_columns(contract) }}
),

validated as (
{{ validate_records('standardized', contract, [
    ['customer_ref', 'deleted_in_source', "is_deleted in ('true', '1', 'yes')"],
]) }}
)

select * from validated
