{#
    The score of a tie group in 1..bins, larger values better, by integer arithmetic: equal values score equally, a
    better value never scores worse, and neither row order nor ids matter.

    lo, hi       ranks of the tie group (macro tie_bounds)
    population   number of ranked customers
    bins         number of scores
    rule         mid (default): by the middle of the group; min: by its lowest rank; max: by its highest
#}
{% macro tie_safe_score(lo, hi, population, bins, rule='mid') -%}
    {%- if rule == 'mid' -%}
        least(greatest({{ whole_division(bins ~ ' * (' ~ lo ~ ' + ' ~ hi ~ ') + 2 * ' ~ population ~ ' - 1', '2 * ' ~ population) }}, 1), {{ bins }})
    {%- elif rule == 'min' -%}
        1 + {{ whole_division(bins ~ ' * (' ~ lo ~ ' - 1)', population) }}
    {%- elif rule == 'max' -%}
        {{ whole_division(bins ~ ' * ' ~ hi ~ ' + ' ~ population ~ ' - 1', population) }}
    {%- else -%}
        {{ exceptions.raise_compiler_error('tie rule ' ~ rule ~ ' is unknown; known are mid, min, max') }}
    {%- endif -%}
{%- endmacro %}
