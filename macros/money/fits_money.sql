{#
    Whether a product of money and a factor can be summed as money; asked before it is computed, since a product that
    does not fit ends the query.
#}
{% macro fits_money(amount, factor) -%}
    abs(cast({{ amount }} as double) * cast({{ factor }} as double)) <= {{ largest_amount() }}
{%- endmacro %}
