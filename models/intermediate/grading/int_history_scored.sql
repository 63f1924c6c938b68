{#
    Grain: date due x criteria version x graded customer who bought. The component "history": percentile scores of net
    amount, purchase days and tenure within kind, weighted by the criteria; a measure that no model provides yet is left
    out and the other weights renormalised. All three share one population, so the score is one exact division.

    A percentile among few tells little. With fewer than `score_min_population` buyers n of the kind, each is drawn
    towards the customer's percentile among the buyers of both kinds: (n own + k pooled) / (n + k), k =
    `score_shrinkage_customers`.
#}
{%- set measures = measured()['history'] -%}
{%- set population = 'partition by as_of_date, criteria_version, customer_kind' -%}
with ranked as (
    select
        as_of_date,
        criteria_version,
        customer_kind,
        customer_key,
        {%- for measure in measures %}
        {{ measure }},
        rank() over ({{ population }} order by {{ measure }})
        + count(*) over ({{ population }} order by {{ measure }}) - 1 as {{ measure }}_position,
        {%- endfor %}
        count(*) over ({{ population }}) as population,
        count(*) over (partition by as_of_date, criteria_version) as pooled_population
    from {{ ref('int_purchases_measured') }}
    where is_buyer
),

scored as (
    select
        ranked.*,
        case
            when ranked.population < criteria.score_min_population then criteria.score_shrinkage_customers
            else 0
        end as drawn_by
    from ranked
    inner join {{ ref('int_criteria_by_date') }} as criteria
        on ranked.as_of_date = criteria.as_of_date
        and ranked.criteria_version = criteria.criteria_version
        and ranked.customer_kind = criteria.customer_kind
),

{# Twice the middle rank among both kinds, less one, as `_position` is within one: for the few of a thin kind. -#}
pooled as (
    select
        thin.as_of_date,
        thin.criteria_version,
        thin.customer_key,
        {%- for measure in measures %}
        cast(sum(case when others.{{ measure }} < thin.{{ measure }} then 2 when others.{{ measure }} = thin.{{ measure }} then 1 else 0 end) as bigint)
            as {{ measure }}_position{{ ',' if not loop.last }}
        {%- endfor %}
    from scored as thin
    inner join ranked as others on thin.as_of_date = others.as_of_date and thin.criteria_version = others.criteria_version
    where thin.drawn_by > 0
    group by thin.as_of_date, thin.criteria_version, thin.customer_key
),

weights as (
    select
        criteria_version,
        customer_kind,
        {%- for measure in measures %}
        cast(max(case when measure = '{{ measure }}' then weight end) as bigint) as {{ measure }}_weight{{ ',' if not loop.last }}
        {%- endfor %}
    from {{ ref('measure_weights') }}
    where component = 'history'
    group by criteria_version, customer_kind
)

{%- set own, both, weight = [], [], [] -%}
{%- for measure in measures -%}
    {%- do own.append('weights.' ~ measure ~ '_weight * scored.' ~ measure ~ '_position') -%}
    {%- do both.append('weights.' ~ measure ~ '_weight * (scored.' ~ measure ~ '_position * scored.pooled_population '
        ~ '+ scored.drawn_by * pooled.' ~ measure ~ '_position)') -%}
    {%- do weight.append('weights.' ~ measure ~ '_weight') -%}
{%- endfor %}

select
    scored.as_of_date,
    scored.criteria_version,
    scored.customer_key,
    scored.drawn_by > 0 as is_drawn_to_both_kinds,
    case
        when scored.drawn_by = 0
            then {{ percent_of(own | join(' + '), '(' ~ weight | join(' + ') ~ ') * 2 * scored.population') }}
        else {{ percent_of(both | join(' + '), '(' ~ weight | join(' + ') ~ ') * 2 * scored.pooled_population * (scored.population + scored.drawn_by)') }}
    end as history_score
from scored
inner join weights
    on scored.criteria_version = weights.criteria_version and scored.customer_kind = weights.customer_kind
left join pooled on scored.as_of_date = pooled.as_of_date
    and scored.criteria_version = pooled.criteria_version
    and scored.customer_key = pooled.customer_key
