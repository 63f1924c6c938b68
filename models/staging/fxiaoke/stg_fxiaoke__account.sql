{# Grain: one record of `account` as it was landed, in the columns of the landing table `customers`. #}
{%- set derived = {
    'customer_kind': "'organisation'",
    'record_role': "'account'",
    'account_owner': first_of_array('owner'),
    'created_at': epoch_or_text('create_time', 1000),
    'updated_at': epoch_or_text('last_modified_time', 1000),
    'is_channel_partner': "case when coalesce(account_type__r, account_type) in ('经销商', '代理商', '分销商', '渠道') "
        ~ "or lower(coalesce(account_type__r, account_type)) in ('distributor', 'reseller', 'partner') then 'true' end",
} -%}
{%- set contract = source_contract('fxiaoke', 'account', derived, extra={
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
