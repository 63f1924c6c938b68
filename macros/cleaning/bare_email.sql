{# An e-mail address in lower case, taken out of "Name <address>" and mailto:. #}
{% macro bare_email(expression) -%}
    {{ replaced("lower(" ~ expression ~ ")", '^mailto:|^[^<]*<|>[^>]*$', '') }}
{%- endmacro %}
