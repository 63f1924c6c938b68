{#
    Text of a date or time as ISO text, NULL where it is in no accepted form: YYYY-MM-DD, YYYY/MM/DD or YYYYMMDD, each
    with optional time and offset; day-first or month-first dates by the source's settings only; spreadsheet serials from
    .xlsx files only. Of the relation `landed`, beside the `settings` of its source.
#}
{% macro iso_text(text) -%}
    {%- set time = '([ T][0-9]{2}:[0-9]{2}(:[0-9]{2}([.][0-9]{1,9})?)?( ?(Z|[+-][0-9]{2}:?[0-9]{2}))?)?$' -%}
    case
        when {{ matches(text, '^[0-9]{4}(-[0-9]{2}-|/[0-9]{2}/)[0-9]{2}' ~ time) }} then replace({{ text }}, '/', '-')
        when {{ matches(text, '^[0-9]{8}' ~ time) }}
            then substr({{ text }}, 1, 4) || '-' || substr({{ text }}, 5, 2) || '-' || substr({{ text }}, 7)
        when settings.date_order is not null and {{ matches(text, '^[0-9]{1,2}[./-][0-9]{1,2}[./-][0-9]{4}' ~ time) }}
            then {{ day_or_month_first_as_iso(text) }}
        when lower(landed._file) like '%.xlsx' and {{ matches(text, '^[0-9]{5}([.][0-9]+)?$') }}
            then substr(cast({{ seconds_after(
                days_after("date '1899-12-30'", "substr(" ~ text ~ ", 1, 5)"),
                "round(86400 * (cast(" ~ text ~ " as double) - cast(substr(" ~ text ~ ", 1, 5) as double)))") }} as {{ dbt.type_string() }}), 1, case when length({{ text }}) = 5 then 10 else 19 end)
    end
{%- endmacro %}

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

{# d/m/yyyy or m/d/yyyy, as the source's settings say, with what follows it, as ISO text. #}
{% macro day_or_month_first_as_iso(text) -%}
    {%- set parts = "translate(" ~ text ~ ", './', '--')" -%}
    {%- set first = "split_part(" ~ parts ~ ", '-', 1)" -%}
    {%- set second = "split_part(" ~ parts ~ ", '-', 2)" -%}
    {%- set rest = "substr(" ~ text ~ ", length(" ~ first ~ ") + length(" ~ second ~ ") + 3)" -%}
    substr({{ rest }}, 1, 4) || '-'
    || lpad(case when settings.date_order = 'dmy' then {{ second }} else {{ first }} end, 2, '0') || '-'
    || lpad(case when settings.date_order = 'dmy' then {{ first }} else {{ second }} end, 2, '0')
    || substr({{ rest }}, 5)
{%- endmacro %}
