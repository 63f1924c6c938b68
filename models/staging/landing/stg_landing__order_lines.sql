{# Grain: one record of the landing table `order_lines`. Gifts and non-merchandise (postage, fees) are looked at first: they do not count, so their price is not judged. #}
{%- set table = landed_table('landing', 'order_lines') -%}
with records as (
{{ typed_columns(table) }}
),

{{ order_lines_compared() }},

judged as (
{{ judged('compared', table, order_line_rules()) }}
)

select * from judged
