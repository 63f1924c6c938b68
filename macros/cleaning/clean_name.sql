{# A name: ordinary width, single blanks. #}
{% macro clean_name(expression) -%}
    {{ trimmed(replaced(expression, '[ ]{2,}', ' ')) }}
{%- endmacro %}
