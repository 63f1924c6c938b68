{#
    Text of a number as the engine casts it, NULL where it is in no accepted form: optional sign, digits, optional point
    and digits, at most 14 digits before the point; with commas between thousands where nothing else can be meant, 1,234.56 or
    1,234,567. With a decimal mark in the source's settings, that mark and the other one as thousands separator. 1.234,56 stays
    ambiguous without settings, though it has one reading: beside it stands 1.234, which has two. Everything else, 1_000, (12.00),
    NaN, 1e308, is NULL.
#}
{% macro plain_number(text) -%}
    case
        when {{ matches(text, '^[+-]?[0-9]{1,14}([.][0-9]+)?$') }} and coalesce(settings.decimal_mark, '.') = '.' then {{ text }}
        when coalesce(settings.decimal_mark, '.') = '.'
            and {{ matches(text, '^[+-]?[0-9]{1,3}((,[0-9]{3}){1,4}[.][0-9]+|(,[0-9]{3}){2,4})$') }}
            then replace({{ text }}, ',', '')
        when settings.decimal_mark = '.' and {{ matches(text, '^[+-]?[0-9]{1,3},[0-9]{3}$') }} then replace({{ text }}, ',', '')
        when settings.decimal_mark = ','
            and {{ matches(text, '^[+-]?([0-9]{1,14}|[0-9]{1,3}([.][0-9]{3}){1,4})(,[0-9]+)?$') }}
            then replace(replace({{ text }}, '.', ''), ',', '.')
    end
{%- endmacro %}
