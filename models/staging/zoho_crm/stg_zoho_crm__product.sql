{# Grain: one record of `product` as it was landed, in the columns of the landing table `products`. #}
{%- set contract = source_contract('zoho_crm', 'product', extra={'is_deleted': "lower(is_deleted)"}) -%}
with standardized as (
{{ standardize_columns(contract) }}
),

validated as (
{{ validate_records('standardized', contract, [
    ['product_ref', 'deleted_in_source', "is_deleted in ('true', '1', 'yes')"],
]) }}
)

select * from validated
