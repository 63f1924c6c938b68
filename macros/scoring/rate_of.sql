{# One count or sum over another as a DOUBLE; NULL where the other is not above 0. #}
{% macro rate_of(numerator, denominator) -%}
    case when {{ denominator }} > 0 then cast({{ numerator }} as double) / cast({{ denominator }} as double) end
{%- endmacro %}
