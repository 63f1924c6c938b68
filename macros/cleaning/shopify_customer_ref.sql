{#
    Who a row of a Shopify export speaks of: the e-mail address in lower case, else the digits of the telephone number, else the id.
    The orders export names customers by no id, so both exports use what both have. A plus before the digits marks a telephone
    number, which is never published as it is.
#}
{% macro shopify_customer_ref(email, phones, id=none) -%}
    coalesce(
        {{ trimmed("lower(" ~ email ~ ")") }},
        {%- for phone in phones %}
        '+' || nullif({{ replaced(phone, '[^0-9]', '') }}, ''),
        {%- endfor %}
        {{ trimmed("translate(" ~ id ~ ", " ~ sql_literal("'") ~ ", '')") if id else 'null' }}
    )
{%- endmacro %}

{#
    The share of a shop's prices that is left without taxes: 1, or less where Total = Subtotal + Shipping, which says that prices
    include them. Of the relation named, which has the order's total, subtotal, shipping and taxes as text.
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
