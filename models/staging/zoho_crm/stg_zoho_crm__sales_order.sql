{#
    Grain: one record of `sales_order` as it was landed, in the columns of the landing table `orders`. The amount is sub_total
    less discount; where the discount is a percentage the lines decide.
#}
{%- set derived = {
    'amount': "case when coalesce(instr(discount, '%'), 0) = 0 then " ~ trimmed('sub_total') ~ " end",
    'discount_amount': "case when instr(discount, '%') = 0 then " ~ trimmed('discount') ~ " end",
} -%}
{%- set contract = source_contract('zoho_crm', 'sales_order', derived, extra={'is_deleted': "lower(is_deleted)"}) -%}
with standardized as (
{{ standardize_columns(contract) }}
),

orders_with_lines as (
    select distinct {{ trimmed("replace(sales_order_id, 'zcrm_', '')") }} as order_ref
    from {{ source('zoho_crm', 'sales_order_line') }}
),

compared as (
    select {{ replaced_columns(contract, 'standardized', {
        'amount': 'cast(standardized.amount - coalesce(standardized.discount_amount, 0) as decimal(18, 4))',
    }) }},
        standardized.is_deleted,
        orders_with_lines.order_ref is not null as has_lines
    from standardized
    left join orders_with_lines on standardized.order_ref = orders_with_lines.order_ref
),

validated as (
{{ validate_records('compared', contract, [
    ['order_ref', 'deleted_in_source', "is_deleted in ('true', '1', 'yes')"],
    ['amount', 'negative_amount', "amount < 0"],
    ['amount', 'missing_amount', "amount is null and amount__problem is null and not has_lines"],
]) }}
)

select * from validated
