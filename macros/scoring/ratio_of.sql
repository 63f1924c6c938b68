{#
    A sum of money divided by a positive one, in millionths, rounded down, by integer arithmetic, so that it is the same on
    every engine: DECIMAL(18, 6).
#}
{% macro ratio_of(numerator, denominator) -%}
    cast(
        cast({{ whole_division(
            'cast(cast(' ~ numerator ~ ' as decimal(34, 4)) * 10000 as ' ~ wide_integer() ~ ') * 1000000',
            'cast(cast(' ~ denominator ~ ' as decimal(34, 4)) * 10000 as ' ~ wide_integer() ~ ')'
        ) }} as decimal(12, 0)) * cast(0.000001 as decimal(6, 6)) as decimal(18, 6)
    )
{%- endmacro %}
