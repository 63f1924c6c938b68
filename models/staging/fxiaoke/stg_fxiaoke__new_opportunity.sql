{# Grain: one record of `new_opportunity` as it was landed, in the columns of the landing table `opportunities`. #}
{%- set derived = {
    'outcome': "coalesce(" ~ trimmed('sales_status__r') ~ ", " ~ trimmed('sales_status') ~ ")",
    'opened_at': epoch_or_text('create_time', 1000),
    'expected_close_at': epoch_or_text('close_date', 1000),
    'updated_at': epoch_or_text('last_modified_time', 1000),
    'account_owner': first_of_array('owner'),
    'closed_at': "case when coalesce(sales_status__r, sales_status) in ('赢单', '输单', '2', '3') then " ~ epoch_or_text('last_modified_time', 1000) ~ " end",
} -%}
{%- set contract = source_contract('fxiaoke', 'new_opportunity', derived, extra={
    'is_deleted': "lower(is_deleted)",
    'life_status': "lower(life_status)",
}) -%}
with standardized as (
{{ standardize_columns(contract) }}
),

validated as (
{{ validate_records('standardized', contract, [
    ['opportunity_ref', 'deleted_in_source', "is_deleted in ('true', '1', '是')"],
    ['opportunity_ref', 'invalid_in_source', "life_status in ('invalid', '作废')"],
]) }}
)

select * from validated
