{# Grain: one record of `leads` as it was landed, in the columns of the landing table `customers`. #}
{%- set derived = {
    'record_role': "'lead'",
    'customer_kind': "case when " ~ trimmed('company') ~ " is not null then 'organisation' else 'person' end",
    'name': "coalesce(" ~ trimmed('company') ~ ", " ~ trimmed('name') ~ ")",
    'account_owner': first_of_array('owner'),
    'created_at': epoch_or_text('create_time', 1000),
    'updated_at': epoch_or_text('last_modified_time', 1000),
    'converted_to_customer_ref': "coalesce(" ~ trimmed('account_id') ~ ", case when lower(is_converted) in ('true', '1', '是') "
        ~ "or coalesce(leads_stage__r, leads_stage) in ('已转换', '转换') or nullif(transform_time, '') is not null then 'converted' end)",
} -%}
{%- set contract = source_contract('fxiaoke', 'leads', derived, extra={
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
