{# The weighted mean of the columns <measure><suffix> that are known, by the columns <measure>_weight of `weights`. #}
{% macro weighted_mean(measures, suffix) -%}
    {%- set sums, totals = [], [] -%}
    {%- for measure in measures -%}
        {%- do sums.append('coalesce(weights.' ~ measure ~ '_weight * cast(' ~ measure ~ suffix ~ ' * 10000 as bigint), 0)') -%}
        {%- do totals.append('case when ' ~ measure ~ suffix ~ ' is not null then weights.' ~ measure ~ '_weight else 0 end') -%}
    {%- endfor -%}
    case
        when {{ totals | join(' + ') }} > 0
            then {{ percent_of(sums | join(' + '), '1000000 * (' ~ totals | join(' + ') ~ ')') }}
    end
{%- endmacro %}
