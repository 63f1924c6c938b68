{# The bare text if it is one e-mail address. #}
{% macro email_or_null(bare) -%}
    case
        when {{ matches(bare, '^[^@ ,;<>"()]+@([a-z0-9]([a-z0-9-]*[a-z0-9])?[.])+[a-z][a-z0-9-]*[a-z]$') }} then {{ bare }}
    end
{%- endmacro %}
