{#
    100 * numerator / denominator as DECIMAL(7, 4), rounded half up, by integer arithmetic, so that it is the same on
    every engine. Both are non-negative BIGINT expressions. A percentile score is percent_of(lo + hi - 1, 2 * population).
#}
{% macro percent_of(numerator, denominator) -%}
    cast(
        cast({{ whole_division('2000000 * (' ~ numerator ~ ') + (' ~ denominator ~ ')', '2 * (' ~ denominator ~ ')') }} as decimal(14, 0))
        * cast(0.0001 as decimal(5, 4)) as decimal(7, 4)
    )
{%- endmacro %}
