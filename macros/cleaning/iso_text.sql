{#
    Text of a date or time as ISO text, NULL where it is in no accepted form: YYYYMMDD, or year, month and day with -, / or . between
    them or as 2025年3月4日, with leading noughts or without; each with optional time and offset. Day-first or month-first dates by the
    source's settings only; spreadsheet serials from .xlsx files only. Of the relation `landed`, beside the `settings` of its source.
    What most sources write is told first, by the cheapest pattern.
#}
{% macro iso_text(text) -%}
    {%- set time = '([ T][0-9]{2}:[0-9]{2}(:[0-9]{2}([.][0-9]{1,9})?)?( ?(Z|[+-][0-9]{2}:?[0-9]{2}))?)?$' -%}
    {%- set loose_time = time | replace('[0-9]{2}:', '[0-9]{1,2}:', 1) -%}
    {%- set year_first = '^[0-9]{4}(-[0-9]{1,2}-[0-9]{1,2}|/[0-9]{1,2}/[0-9]{1,2}|[.][0-9]{1,2}[.][0-9]{1,2})' ~ loose_time -%}
    {%- set in_chinese = '^[0-9]{4}年[0-9]{1,2}月[0-9]{1,2}日' ~ loose_time | replace('[ T]', '[ T]?', 1) -%}
    case
        when {{ matches(text, '^[0-9]{4}(-[0-9]{2}-|/[0-9]{2}/)[0-9]{2}' ~ time) }} then replace({{ text }}, '/', '-')
        when {{ matches(text, '^[0-9]{8}' ~ time) }}
            then substr({{ text }}, 1, 4) || '-' || substr({{ text }}, 5, 2) || '-' || substr({{ text }}, 7)
        when {{ matches(text, year_first) }} or {{ matches(text, in_chinese) }} then {{ year_first_as_iso(text) }}
        when settings.date_order is not null and {{ matches(text, '^[0-9]{1,2}[./-][0-9]{1,2}[./-][0-9]{4}' ~ loose_time) }}
            then {{ day_or_month_first_as_iso(text) }}
        when lower(landed._file) like '%.xlsx' and {{ matches(text, '^[0-9]{5}([.][0-9]+)?$') }}
            then substr(cast({{ seconds_after(
                days_after("date '1899-12-30'", "substr(" ~ text ~ ", 1, 5)"),
                "round(86400 * (cast(" ~ text ~ " as double) - cast(substr(" ~ text ~ ", 1, 5) as double)))") }} as {{ dbt.type_string() }}),
                1, case when length({{ text }}) = 5 then 10 else 19 end)
    end
{%- endmacro %}

{# Year, month and day, each with its noughts or without, and the time that follows, as ISO text. #}
{% macro year_first_as_iso(text) -%}
    {%- set day = "split_part(translate(" ~ text ~ ", './年月日T', '----  '), ' ', 1)" -%}
    split_part({{ day }}, '-', 1)
    || '-' || lpad(split_part({{ day }}, '-', 2), 2, '0')
    || '-' || lpad(split_part({{ day }}, '-', 3), 2, '0')
    || {{ padded_time("substr(translate(" ~ text ~ ", '日T', '  '), length(" ~ day ~ ") + 1)") }}
{%- endmacro %}

{# d/m/yyyy or m/d/yyyy, as the source's settings say, with what follows it, as ISO text. #}
{% macro day_or_month_first_as_iso(text) -%}
    {%- set parts = "translate(" ~ text ~ ", './', '--')" -%}
    {%- set first = "split_part(" ~ parts ~ ", '-', 1)" -%}
    {%- set second = "split_part(" ~ parts ~ ", '-', 2)" -%}
    {%- set rest = "substr(" ~ text ~ ", length(" ~ first ~ ") + length(" ~ second ~ ") + 3)" -%}
    substr({{ rest }}, 1, 4) || '-'
    || lpad(case when settings.date_order = 'dmy' then {{ second }} else {{ first }} end, 2, '0') || '-'
    || lpad(case when settings.date_order = 'dmy' then {{ first }} else {{ second }} end, 2, '0')
    || {{ padded_time("replace(substr(" ~ rest ~ ", 5), 'T', ' ')") }}
{%- endmacro %}

{# A time of day with two digits of the hour, after a blank; nothing where there is none. #}
{% macro padded_time(text) -%}
    case
        when trim({{ text }}) = '' then ''
        when substr(trim({{ text }}), 2, 1) = ':' then ' 0' || trim({{ text }})
        else ' ' || trim({{ text }})
    end
{%- endmacro %}
