{#
    The share of a shop's prices that is left without taxes: 1, or less where Total = Subtotal + Shipping, which says
    that prices include them. Of the relation named, which has the order's total, subtotal, shipping and taxes as text.
#}
{% macro shopify_net_share(relation) -%}
    {%- set number = {} -%}
    {%- for name in ('total', 'subtotal', 'shipping', 'taxes') -%}
        {%- do number.update({name: 'coalesce(try_cast(' ~ relation ~ '.order_' ~ name ~ ' as decimal(18, 4)), 0)'}) -%}
    {%- endfor -%}
    case
        when {{ number.subtotal }} > 0 and {{ number.taxes }} < {{ number.subtotal }}
            and abs({{ number.total }} - {{ number.subtotal }} - {{ number.shipping }}) <= 0.01
            then cast(1 - cast({{ number.taxes }} as double) / cast({{ number.subtotal }} as double) as decimal(18, 10))
        else cast(1 as decimal(18, 10))
    end
{%- endmacro %}
