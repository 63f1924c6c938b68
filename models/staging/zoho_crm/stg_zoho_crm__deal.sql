{# Grain: one record of `deal` as it was landed, in the columns of the landing table `opportunities`. #}
{%- set derived = {
    'outcome': trimmed('stage'),
    'closed_at': "case when lower(stage) like 'closed%' then " ~ trimmed('modified_time') ~ " end",
} -%}
{%- set contract = source_contract('zoho_crm', 'deal', derived, extra={'is_deleted': "lower(is_deleted)"}) -%}
with standardized as (
{{ standardize_columns(contract) }}
),

validated as (
{{ validate_records('standardized', contract, [
    ['opportunity_ref', 'deleted_in_source', "is_deleted in ('true', '1', 'yes')"],
]) }}
)

select * from validated
