{#
    ISO text as a timestamp in the business time zone; NULL if there is no such day or time. Without an offset the time
    is in the source's zone; a date, with no time or with midnight and no offset, is that calendar day and is not shifted. A
    field that the source keeps as a date is cut in the source's own zone, whatever moment stands for it. Nearly all
    sources write either a date or a time without offset and are in the business zone: those are told without a pattern.
#}
{% macro local_timestamp(iso, from_zone, is_date=false) -%}
    {%- set to_zone = from_zone if is_date else sql_literal(var('business_time_zone')) -%}
    case
        when length({{ iso }}) <= 10 then try_cast({{ iso }} as timestamp)
        when substr({{ iso }}, 12, 5) = '00:00' and {{ matches('substr(' ~ iso ~ ', 12)', '^00:00(:00([.]0+)?)?$') }}
            then try_cast(substr({{ iso }}, 1, 10) as timestamp)
        when length({{ iso }}) = 19 and substr({{ iso }}, 17, 1) = ':' or not {{ matches(iso, '[0-9] ?(Z|[+-][0-9]{2}:?[0-9]{2})$') }}
            then {{ in_time_zone('try_cast(' ~ iso ~ ' as timestamp)', from_zone, to_zone) }}
        else {{ in_time_zone(timestamp_with_offset(iso), "'UTC'", to_zone) }}
    end
{%- endmacro %}
