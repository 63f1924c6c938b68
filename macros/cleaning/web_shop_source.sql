{# The source system whose customers and orders the web site's user ids and transaction ids name, as a SQL literal. #}
{% macro web_shop_source() -%}
    {{ sql_literal(var("web_shop_source")) }}
{%- endmacro %}
