{#
    ISO text with an offset (Z, +08:00, +0800, after a blank or not) as a timestamp in UTC; NULL if there is no such time.
#}
{% macro timestamp_with_offset(iso) %}{{ return(adapter.dispatch('timestamp_with_offset')(iso)) }}{% endmacro %}

{% macro duckdb__timestamp_with_offset(iso) -%}
    timezone('UTC', try_cast(replace(replace(replace({{ iso }}, ' +', '+'), ' -', '-'), ' Z', 'Z') as timestamptz))
{%- endmacro %}

{% macro spark__timestamp_with_offset(iso) -%}
    try_cast(replace(replace(replace({{ iso }}, ' +', '+'), ' -', '-'), ' Z', 'Z') as timestamp)
{%- endmacro %}
