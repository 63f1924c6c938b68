{# Epoch time in the given parts of a second as ISO text in UTC; any other text, as in an Excel export, as it is. #}
{% macro epoch_or_text(expression, per_second) -%}
    case
        when {{ matches(expression, '^[0-9]{' ~ (13 if per_second == 1000 else 16) ~ '}$') }} then {{ epoch_text(expression, per_second) }}
        else {{ trimmed(expression) }}
    end
{%- endmacro %}
