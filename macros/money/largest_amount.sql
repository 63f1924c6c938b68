{# What is summed is at most this large in one row, so that a hundred of them fit into money. #}
{% macro largest_amount() -%}
    1000000000000
{%- endmacro %}
