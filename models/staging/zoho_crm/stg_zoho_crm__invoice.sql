{# Grain: one record of `invoice` as it was landed, in the columns of the landing table `receivables`. #}
{%- set contract = source_contract('zoho_crm', 'invoice', extra={'is_deleted': "lower(is_deleted)"}) -%}
with standardized as (
{{ standardize_columns(contract) }}
),

validated as (
{{ validate_records('standardized', contract, [
    ['receivable_ref', 'deleted_in_source', "is_deleted in ('true', '1', 'yes')"],
    ['amount', 'negative_amount', "amount < 0"],
]) }}
)

select * from validated
