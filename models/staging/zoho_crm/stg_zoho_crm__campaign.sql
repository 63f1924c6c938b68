{# Grain: one record of `campaign` as it was landed, in the columns of the landing table `campaigns`. #}
{%- set contract = source_contract('zoho_crm', 'campaign', extra={'is_deleted': "lower(is_deleted)"}) -%}
with standardized as (
{{ standardize_columns(contract) }}
),

validated as (
{{ validate_records('standardized', contract, [
    ['campaign_ref', 'deleted_in_source', "is_deleted in ('true', '1', 'yes')"],
]) }}
)

select * from validated
