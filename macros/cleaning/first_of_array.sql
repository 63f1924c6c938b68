{# The only or first value of an array that was landed as JSON text, ["1007"]; other text as it is. #}
{% macro first_of_array(expression) -%}
    {{ trimmed(replaced("translate(" ~ expression ~ ", '[]\"', '')", ',.*$', '')) }}
{%- endmacro %}
