{# Grain: one record of `sales_order` as it was landed, in the columns of the landing table `orders`. #}
{%- set derived = {
    'amount': difference_of_texts('sub_total', 'discount'),
} -%}
with records as (
{{ typed_columns('zoho_crm', 'sales_order', derived, extra={'is_deleted': "lower(is_deleted)"}) }}
),

orders_with_lines as (
    select distinct {{ trimmed("replace(sales_order_id, 'zcrm_', '')") }} as order_ref
    from {{ source('zoho_crm', 'sales_order_line') }}
),

compared as (
    select
        records.*,
        orders_with_lines.order_ref is not null as has_lines
    from records
    left join orders_with_lines on records.order_ref = orders_with_lines.order_ref
),

judged as (
{{ judged('compared', 'zoho_crm', 'sales_order', [
    ['order_ref', 'deleted_in_source', "is_deleted in ('true', '1', 'yes')"],
    ['amount', 'negative_amount', "amount < 0"],
    ['amount', 'missing_amount', "amount is null and amount__problem is null and not has_lines"],
]) }}
)

select * from judged
