{#
    Money divided by a positive count, rounded half away from zero to the fourth decimal by integer arithmetic: a
    division through DOUBLE rounds ties differently on different engines.
#}
{% macro mean_amount(amount, count) -%}
    cast(
        cast(
            case when {{ amount }} < 0 then -1 else 1 end
            * {{ whole_division('2 * cast(cast(abs(' ~ amount ~ ') as decimal(38, 4)) * 10000 as bigint) + ' ~ count, '2 * cast(' ~ count ~ ' as bigint)') }}
            as decimal(19, 0)
        ) * cast(0.0001 as decimal(5, 4)) as decimal(18, 4)
    )
{%- endmacro %}
