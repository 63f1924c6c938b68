{#
    A timestamp in the business time zone from text: YYYY-MM-DD, YYYY/MM/DD or YYYYMMDD, each with optional time and
    offset; day-first or month-first dates by the source's settings only; spreadsheet serials from .xlsx files only.
    Without an offset the time is in the source's zone; a date without time is that calendar day and is not shifted.
#}
{% macro timestamp_from_text(text) -%}
    {%- set time = '([ T][0-9]{2}:[0-9]{2}(:[0-9]{2}([.][0-9]{1,9})?)?( ?(Z|[+-][0-9]{2}:?[0-9]{2}))?)?$' -%}
    {%- set business_zone = "'" ~ var('business_time_zone') ~ "'" -%}
    case
        when {{ text }} is null then null
        when {{ matches(text, '^[0-9]{4}-[0-9]{2}-[0-9]{2}' ~ time) }}
            then {{ local_timestamp(text, 'located.time_zone', business_zone) }}
        when {{ matches(text, '^[0-9]{4}/[0-9]{2}/[0-9]{2}' ~ time) }}
            then {{ local_timestamp("replace(" ~ text ~ ", '/', '-')", 'located.time_zone', business_zone) }}
        when {{ matches(text, '^[0-9]{8}' ~ time) }}
            then {{ local_timestamp(
                "substr(" ~ text ~ ", 1, 4) || '-' || substr(" ~ text ~ ", 5, 2) || '-' || substr(" ~ text ~ ", 7)",
                'located.time_zone', business_zone) }}
        when located.date_order is not null and {{ matches(text, '^[0-9]{1,2}[./-][0-9]{1,2}[./-][0-9]{4}' ~ time) }}
            then {{ local_timestamp(day_or_month_first_as_iso(text), 'located.time_zone', business_zone) }}
        when located._file like '%.xlsx' and {{ matches(text, '^[0-9]{5}([.][0-9]+)?$') }}
            then {{ seconds_after(
                days_after("date '1899-12-30'", "substr(" ~ text ~ ", 1, 5)"),
                "round(86400 * (cast(" ~ text ~ " as double) - cast(substr(" ~ text ~ ", 1, 5) as double)))") }}
    end
{%- endmacro %}

{# Text of an ISO date with optional time and offset as a local timestamp; NULL if there is no such day or time. #}
{% macro local_timestamp(iso, from_zone, to_zone) -%}
    case
        when length({{ iso }}) <= 10 then try_cast({{ iso }} as timestamp)
        {#- YYYY-MM-DD HH:MM:SS has no offset: the common case, told without a pattern. #}
        when length({{ iso }}) = 19 and substr({{ iso }}, 17, 1) = ':'
            then {{ in_time_zone('try_cast(' ~ iso ~ ' as timestamp)', from_zone, to_zone) }}
        when {{ matches(iso, '[0-9] ?(Z|[+-][0-9]{2}:?[0-9]{2})$') }}
            then {{ in_time_zone(timestamp_with_offset(iso), "'UTC'", to_zone) }}
        else {{ in_time_zone('try_cast(' ~ iso ~ ' as timestamp)', from_zone, to_zone) }}
    end
{%- endmacro %}

{# d/m/yyyy or m/d/yyyy, as the source's settings say, with what follows it, as ISO text. #}
{% macro day_or_month_first_as_iso(text) -%}
    {%- set pattern = '^([0-9]+)[./-]([0-9]+)[./-]([0-9]{4})(.*)$' -%}
    {%- set first = "lpad(regexp_extract(" ~ text ~ ", '" ~ pattern ~ "', 1), 2, '0')" -%}
    {%- set second = "lpad(regexp_extract(" ~ text ~ ", '" ~ pattern ~ "', 2), 2, '0')" -%}
    regexp_extract({{ text }}, '{{ pattern }}', 3) || '-'
    || case when located.date_order = 'dmy' then {{ second }} else {{ first }} end || '-'
    || case when located.date_order = 'dmy' then {{ first }} else {{ second }} end
    || regexp_extract({{ text }}, '{{ pattern }}', 4)
{%- endmacro %}
