{# Grain: one record of `quote` as it was landed, in the columns of the landing table `quotes`. #}
{%- set contract = source_contract('zoho_crm', 'quote', extra={'is_deleted': "lower(is_deleted)"}) -%}
with standardized as (
{{ standardize_columns(contract) }}
),

validated as (
{{ validate_records('standardized', contract, [
    ['quote_ref', 'deleted_in_source', "is_deleted in ('true', '1', 'yes')"],
]) }}
)

select * from validated
