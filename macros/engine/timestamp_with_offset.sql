{#
    ISO text with an offset (Z, +08:00, +0800, after a blank or not; seconds or not) as a timestamp in UTC; NULL if there is
    no such time.
#}
{% macro timestamp_with_offset(iso) %}{{ return(adapter.dispatch('timestamp_with_offset')(offset_text(iso))) }}{% endmacro %}

{% macro duckdb__timestamp_with_offset(iso) -%}
    timezone('UTC', try_cast({{ iso }} as timestamptz))
{%- endmacro %}

{% macro spark__timestamp_with_offset(iso) -%}
    try_cast({{ iso }} as timestamp)
{%- endmacro %}

{# The one form that both engines take: seconds, and no blank before the offset. #}
{% macro offset_text(iso) -%}
    concat(
        substr({{ iso }}, 1, 16),
        case when substr({{ iso }}, 17, 1) = ':' then '' else ':00' end,
        replace(substr({{ iso }}, 17), ' ', '')
    )
{%- endmacro %}
