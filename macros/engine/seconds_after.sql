{#
    The timestamp that many whole seconds after the given date's midnight.
#}
{% macro seconds_after(date, seconds) %}{{ return(adapter.dispatch('seconds_after')(date, seconds)) }}{% endmacro %}

{% macro duckdb__seconds_after(date, seconds) -%}
    (cast({{ date }} as timestamp) + to_seconds(cast({{ seconds }} as bigint)))
{%- endmacro %}

{% macro spark__seconds_after(date, seconds) -%}
    (cast({{ date }} as timestamp) + make_dt_interval(0, 0, 0, cast({{ seconds }} as decimal(18, 6))))
{%- endmacro %}
