{#
    Grain: date due x criteria version x graded customer. The overall score is the sum of what each component contributes, its score times its
    share of the weights, of what drawing the percentiles of a thin kind towards both kinds adds, and of what a gate takes away.
#}
{%- set components = measured().keys() | list -%}
{%- set weights = [] -%}
{%- for component in components -%}{%- do weights.append(component ~ '_weight') -%}{%- endfor %}
with contributing as (
    select
        scores.*,
        {%- for component in components %}
        case
            when {{ weights | join(' + ') }} = 0 then cast(0 as decimal(7, 4))
            else {{ percent_of(
                component ~ '_weight * cast(coalesce(' ~ component ~ '_own_score, 50) * 10000 as bigint)', '1000000 * (' ~ weights | join(' + ') ~ ')'
            ) }}
        end as {{ component }}_contribution,
        case
            when {{ weights | join(' + ') }} = 0 then cast(0 as decimal(7, 4))
            else {{ percent_of(
                component ~ '_weight * cast(coalesce(' ~ component ~ '_score, 50) * 10000 as bigint)', '1000000 * (' ~ weights | join(' + ') ~ ')'
            ) }}
        end as {{ component }}_drawn_contribution{{ ',' if not loop.last }}
        {%- endfor %}
    from {{ ref('int_components_scored') }} as scores
),

summed as (
    select
        contributing.*,
        {% for component in components %}{{ component }}_drawn_contribution{{ ' + ' if not loop.last }}{% endfor %} as drawn_score,
        {% for component in components %}{{ component }}_contribution{{ ' + ' if not loop.last }}{% endfor %} as own_score
    from contributing
)

select
    summed.as_of_date,
    summed.criteria_version,
    summed.customer_kind,
    summed.customer_key,
    {%- for component in components %}
    coalesce(summed.{{ component }}_score, cast(50 as decimal(7, 4))) as {{ component }}_score,
    summed.{{ component }}_score is null
    and case when {{ weights | join(' + ') }} > 0 then {{ component }}_weight else {{ component }}_stated_weight end > 0 as is_{{ component }}_missing,
    case
        when {{ weights | join(' + ') }} > 0 then {{ percent_of('summed.' ~ component ~ '_weight', weights | join(' + ')) }}
    end as {{ component }}_weight_share,
    summed.{{ component }}_contribution,
    {%- endfor %}
    cast(summed.drawn_score - summed.own_score as decimal(7, 4)) as shrinkage_contribution,
    cast(least(coalesce(gates.max_score, 100) - summed.drawn_score, 0) as decimal(7, 4)) as cap_contribution,
    case when summed.drawn_score > gates.max_score then gates.gate_code end as gate_code,
    case when summed.drawn_score > gates.max_score then gates.max_grade end as gate_grade,
    cast(least(summed.drawn_score, coalesce(gates.max_score, 100)) as decimal(7, 4)) as overall_score
from summed
left join {{ ref('int_gates') }} as gates
    on summed.as_of_date = gates.as_of_date
    and summed.criteria_version = gates.criteria_version
    and summed.customer_key = gates.customer_key
