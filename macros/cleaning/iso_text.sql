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
                "round(86400 * (cast(" ~ text ~ " as double) - cast(substr(" ~ text ~ ", 1, 5) as double)))") }} as {{ dbt.type_string() }}),
                1, case when length({{ text }}) = 5 then 10 else 19 end)
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
