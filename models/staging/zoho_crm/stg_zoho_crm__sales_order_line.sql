{# Grain: one record of `sales_order_line` as it was landed, in the columns of the landing table `order_lines`. #}
{%- set table = landed_table('zoho_crm', 'sales_order_line', extra={'is_deleted': "lower(is_deleted)"}) -%}
with records as (
{{ typed_columns(table) }}
),

{{ order_lines_compared() }},

judged as (
{{ judged('compared', table, [
    ['order_ref', 'deleted_in_source', "is_deleted in ('true', '1', 'yes')"],
] + order_line_rules()) }}
)

select * from judged
