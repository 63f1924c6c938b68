{#
    The value of a key in an array of {key, value: {string_value, int_value, float_value, double_value}} held as JSON
    text, as text: the way Google Analytics exports event parameters.
#}
{% macro event_param(expression, key) %}{{ return(adapter.dispatch('event_param')(expression, key)) }}{% endmacro %}

{% macro duckdb__event_param(expression, key) -%}
    {%- set parameter = "list_filter(from_json(case when json_valid(" ~ expression ~ ") then " ~ expression ~ " end, "
        ~ "'[{\"key\":\"VARCHAR\",\"value\":{\"string_value\":\"VARCHAR\","
        ~ "\"int_value\":\"VARCHAR\",\"float_value\":\"VARCHAR\",\"double_value\":\"VARCHAR\"}}]'), "
        ~ "lambda p: p.key = '" ~ key ~ "')[1].value" -%}
    coalesce(({{ parameter }}).string_value, ({{ parameter }}).int_value, ({{ parameter }}).float_value, ({{ parameter }}).double_value)
{%- endmacro %}

{% macro spark__event_param(expression, key) -%}
    {%- set parameter = "filter(from_json(" ~ expression ~ ", "
        ~ "'array<struct<key:string,value:struct<string_value:string,int_value:string,float_value:string,double_value:string>>>'), "
        ~ "p -> p.key = '" ~ key ~ "')[0].value" -%}
    coalesce({{ parameter }}.string_value, {{ parameter }}.int_value, {{ parameter }}.float_value, {{ parameter }}.double_value)
{%- endmacro %}
