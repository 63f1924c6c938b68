{#
    What judging order lines needs, of any source: the CTE `compared` over a CTE `records`
    made from `typed_columns`. Gifts and non-merchandise (postage, fees) are looked at first: they do not count, so their
    price is not judged. To be followed by judged('compared', ..., order_line_rules()).
#}
{% macro order_lines_compared() -%}
compared as (
    select
        records.*,
        accepted_orders.order_ref is not null as has_order,
        coalesce(records.is_gift, false) or other_goods.product_ref is not null as is_uncounted
    from records
    left join {{ ref('stg_keys__accepted_orders') }} as accepted_orders
        on coalesce(records.order_ref_source_system, records.source_system) = accepted_orders.source_system
        and records.order_ref = accepted_orders.order_ref
    left join {{ ref('stg_keys__other_goods') }} as other_goods
        on coalesce(records.product_ref_source_system, records.source_system) = other_goods.source_system
        and records.product_ref = other_goods.product_ref
)
{%- endmacro %}

{# The rules of order lines, of any source. #}
{% macro order_line_rules() %}
    {{ return([
        ['quantity', 'not_positive', 'quantity <= 0 and not is_uncounted'],
        ['unit_price', 'not_positive', 'unit_price <= 0 and not is_uncounted'],
        ['unit_price', 'missing_price', '(unit_price is null or quantity is null) and not is_uncounted'],
        ['unit_price', 'amount_too_large', 'cast(quantity as double) * cast(unit_price as double) > ' ~ largest_amount() | trim],
        ['order_ref', 'unknown_order', 'order_ref is not null and not has_order'],
    ]) }}
{% endmacro %}
