{# Grain: one record of `event` as it was landed, in the columns of the landing table `interactions`. #}
{%- set derived = {
    'customer_ref': "case when lower(se_module) in ('accounts', 'leads') then " ~ trimmed("replace(what_id, 'zcrm_', '')") ~ " end",
    'kind': "'meeting'",
} -%}
{%- set contract = source_contract('zoho_crm', 'event', derived, extra={'is_deleted': "lower(is_deleted)"}) -%}
with standardized as (
{{ standardize_columns(contract) }}
),

validated as (
{{ validate_records('standardized', contract, [
    ['interaction_ref', 'deleted_in_source', "is_deleted in ('true', '1', 'yes')"],
]) }}
)

select * from validated
