{#
    The one rule of rates, for every amount of money: 1 where the amount is in the reporting currency, or in none; else the
    record's own rate (or its order's), else the one that was looked up for its currency and day; none is NULL, and the record
    is pending.
#}
{% macro applied_rate(currency, reporting_currency, own_rate, looked_up_rate) -%}
    case
        when coalesce({{ currency }}, {{ reporting_currency }}) = {{ reporting_currency }} then cast(1 as decimal(18, 10))
        else coalesce({{ own_rate }}, {{ looked_up_rate }})
    end
{%- endmacro %}
