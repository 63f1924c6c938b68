{# Texts of customers in one form. Each is idempotent: what is clean stays as it is. #}

{# A name: ordinary width, single blanks. #}
{% macro clean_name(expression) -%}
    {{ trimmed(replaced(expression, '[ ]{2,}', ' ')) }}
{%- endmacro %}

{# An e-mail address in lower case, taken out of "Name <address>" and mailto:. #}
{% macro bare_email(expression) -%}
    {{ replaced("lower(" ~ expression ~ ")", '^mailto:|^[^<]*<|>[^>]*$', '') }}
{%- endmacro %}

{# The bare text if it is one e-mail address. #}
{% macro email_or_null(bare) -%}
    case
        when {{ matches(bare, '^[^@ ,;<>"()]+@([a-z0-9]([a-z0-9-]*[a-z0-9])?[.])+[a-z][a-z0-9-]*[a-z]$') }} then {{ bare }}
    end
{%- endmacro %}
