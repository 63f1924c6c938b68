{#
    One row per whole number from 1 to the given one; none below 1. For use in a select list.
#}
{% macro counted_up(last) %}{{ return(adapter.dispatch('counted_up')(last)) }}{% endmacro %}

{% macro duckdb__counted_up(last) -%}
    unnest(range(1, cast({{ last }} as bigint) + 1))
{%- endmacro %}

{% macro spark__counted_up(last) -%}
    explode(case when {{ last }} >= 1 then sequence(1L, cast({{ last }} as bigint)) else array() end)
{%- endmacro %}
