{#
    A local timestamp of one time zone as the local timestamp of another. Nothing is computed where the zones are the
    same: the conversion costs much more than the comparison.
#}
{% macro in_time_zone(expression, from_zone, to_zone) -%}
    {%- if from_zone == to_zone -%}
    {{ expression }}
    {%- else -%}
    case
        when {{ from_zone }} = {{ to_zone }} then {{ expression }}
        else {{ adapter.dispatch('converted_zone')(expression, from_zone, to_zone) }}
    end
    {%- endif -%}
{%- endmacro %}

{% macro duckdb__converted_zone(expression, from_zone, to_zone) -%}
    timezone({{ to_zone }}, timezone({{ from_zone }}, {{ expression }}))
{%- endmacro %}

{% macro spark__converted_zone(expression, from_zone, to_zone) -%}
    from_utc_timestamp(to_utc_timestamp({{ expression }}, {{ from_zone }}), {{ to_zone }})
{%- endmacro %}
