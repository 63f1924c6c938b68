{#
    A sum of money divided by another, from 0 to 10, as DECIMAL(18, 6): less is 0, more is 10, and so is anything divided by nothing. No
    scale reaches so far, and a share of a cent does not overflow.
#}
{% macro share_up_to_ten(numerator, denominator) -%}
    case
        when {{ numerator }} <= 0 then cast(0 as decimal(18, 6))
        when {{ numerator }} >= 10 * cast({{ denominator }} as decimal(20, 4)) then cast(10 as decimal(18, 6))
        else {{ ratio_of(numerator, denominator) }}
    end
{%- endmacro %}
