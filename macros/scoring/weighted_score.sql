{#
    The weighted mean of the scores of a component's measures that are known, 0 to 100; NULL if none is. The weights are those of the relation
    `weights`, one column <measure>_weight each.

    measures    names; each has a column <measure><suffix>
    suffix      _score, or _own_score for what is not drawn towards both kinds
#}
{% macro weighted_score(measures, suffix) -%}
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
