{#
    Epoch time, as text of digits, in parts of a second (1000 or 1000000), as ISO text in UTC.
#}
{% macro epoch_text(expression, per_second) %}{{ return(adapter.dispatch('epoch_text')(expression, per_second)) }}{% endmacro %}

{% macro duckdb__epoch_text(expression, per_second) -%}
    (cast(make_timestamp(cast({{ expression }} as bigint) * {{ 1000000 // per_second }}) as varchar) || 'Z')
{%- endmacro %}

{% macro spark__epoch_text(expression, per_second) -%}
    concat(cast(timestamp_micros(cast({{ expression }} as bigint) * {{ 1000000 // per_second }}) as string), 'Z')
{%- endmacro %}
