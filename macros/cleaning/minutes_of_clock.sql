{# Minutes, as text, of a duration "mm:ss"; a plain number of minutes as it is. #}
{% macro minutes_of_clock(expression) -%}
    case
        when {{ matches(expression, '^[0-9]{1,4}:[0-5][0-9]$') }}
            then cast(
                cast({{ replaced(expression, ':.*$', '') }} as decimal(10, 4))
                + cast(cast({{ replaced(expression, '^.*:', '') }} as double) / 60 as decimal(10, 4)) as {{ dbt.type_string() }}
            )
        else {{ trimmed(expression) }}
    end
{%- endmacro %}
