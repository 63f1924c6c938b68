{# A sign that no data holds; Unicode's picture of the control character of that name. #}
{% macro record_separator() -%}
    ␞
{%- endmacro %}
