{#
    Money at an exchange rate. At rate 1 it is left alone: a product in 38 digits costs a microsecond, and most rows are
    in the reporting currency.
#}
{% macro converted(amount, rate) -%}
    case when {{ rate }} = 1 then {{ amount }} else {{ times(amount, rate) }} end
{%- endmacro %}
