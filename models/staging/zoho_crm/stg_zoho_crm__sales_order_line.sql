{# Grain: one record of `sales_order_line` as it was landed, in the columns of the landing table `order_lines`. #}
{%- set contract = source_contract('zoho_crm', 'sales_order_line', extra={'is_deleted': "lower(is_deleted)"}) -%}
with standardized as (
{{ standardize_columns(contract) }}
),

validated as (
{{ validate_records('standardized', contract, [
    ['order_ref', 'deleted_in_source', "is_deleted in ('true', '1', 'yes')"],
]) }}
)

select * from validated
