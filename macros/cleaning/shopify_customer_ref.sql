{#
    Who a row of a Shopify export speaks of: the e-mail address in lower case, else the digits of the telephone number,
    else the id. The orders export names customers by no id, so both exports use what both have. A plus before the
    digits marks a telephone number, which is never published as it is.
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
