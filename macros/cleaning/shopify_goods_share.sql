{# The part that the goods, without taxes, have in an order's total; of what was refunded they have the same. #}
{% macro shopify_goods_share(relation) -%}
    {%- set number = {} -%}
    {%- for name in ('total', 'subtotal') -%}
        {%- do number.update({name: 'coalesce(try_cast(' ~ relation ~ '.order_' ~ name ~ ' as decimal(18, 4)), 0)'}) -%}
    {%- endfor -%}
    case
        when {{ number.subtotal }} > 0 and {{ number.total }} >= {{ number.subtotal }}
            then cast(
                cast({{ shopify_net_share(relation) }} as double) * cast({{ number.subtotal }} as double)
                / cast({{ number.total }} as double) as decimal(18, 10)
            )
        else cast(1 as decimal(18, 10))
    end
{%- endmacro %}
