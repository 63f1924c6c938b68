{#
    Aggregate: the texts of a group joined by a separator, in the given order.
#}
{% macro joined_text(expression, separator, order_by) %}{{ return(adapter.dispatch('joined_text')(expression, separator, order_by)) }}{% endmacro %}

{% macro duckdb__joined_text(expression, separator, order_by) -%}
    string_agg({{ expression }}, '{{ separator }}' order by {{ order_by }})
{%- endmacro %}

{% macro spark__joined_text(expression, separator, order_by) -%}
    array_join(
        transform(array_sort(collect_list(struct({{ order_by }} as position, {{ expression }} as item))), pair -> pair.item),
        '{{ separator }}'
    )
{%- endmacro %}
