{#
    A decimal from text: optional sign, digits, optional point and digits, at most 14 digits before the point, more
    decimals than the type has rounded half up. With a decimal mark in the source's settings, that mark and the other
    one as thousands separator. Everything else, 1_000, (12.00), NaN, 1e308, is NULL.
#}
{% macro number_from_text(text, type) -%}
    case
        when {{ text }} is null then null
        when located.decimal_mark is null or located.decimal_mark = '.' and not {{ matches(text, ',') }} then
            case when {{ matches(text, '^[+-]?[0-9]{1,14}([.][0-9]+)?$') }} then try_cast({{ text }} as {{ type }}) end
        when located.decimal_mark = '.' then
            case
                when {{ matches(text, '^[+-]?[0-9]{1,3}(,[0-9]{3}){1,4}([.][0-9]+)?$') }}
                    then try_cast(replace({{ text }}, ',', '') as {{ type }})
            end
        when {{ matches(text, '^[+-]?([0-9]{1,14}|[0-9]{1,3}([.][0-9]{3}){1,4})(,[0-9]+)?$') }}
            then try_cast(replace(replace({{ text }}, '.', ''), ',', '.') as {{ type }})
    end
{%- endmacro %}
