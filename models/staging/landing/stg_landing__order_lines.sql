{# Grain: one record of the landing table `order_lines`. Gifts and non-merchandise (postage, fees) are looked at first: they do not count, so their price is not judged. #}
with records as (
{{ typed_columns('landing', 'order_lines') }}
),

{{ order_lines_compared() }},

judged as (
{{ judged('compared', 'landing', 'order_lines', order_line_rules()) }}
)

select * from judged
