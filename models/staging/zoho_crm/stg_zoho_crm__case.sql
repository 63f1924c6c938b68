{# Grain: one record of `case` as it was landed, in the columns of the landing table `tickets`. #}
{%- set derived = {
    'resolved_at': "case when lower(status) in ('closed', '已关闭') then " ~ trimmed('modified_time') ~ " end",
} -%}
{%- set contract = source_contract('zoho_crm', 'case', derived, extra={'is_deleted': "lower(is_deleted)"}) -%}
with standardized as (
{{ standardize_columns(contract) }}
),

validated as (
{{ validate_records('standardized', contract, [
    ['ticket_ref', 'deleted_in_source', "is_deleted in ('true', '1', 'yes')"],
]) }}
)

select * from validated
