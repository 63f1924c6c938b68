{{ config(materialized='view') }}
{#
    Grain: date due x criteria version x graded customer: the score of each component with its weight, by kind and by buyer or prospect. Which
    component nobody of the kind and population has is left out, and weighs nothing; who lacks one that others have gets 50.
#}
{%- set components = measured().keys() | list -%}
with scores as (
    select
        measures.as_of_date,
        measures.criteria_version,
        measures.customer_kind,
        measures.customer_key,
        case when measures.is_buyer then 'buyer' else 'prospect' end as population,
        {%- for component in components %}
        {{ component }}.{{ component }}_score,
        {{ component }}.{{ component }}_own_score{{ ',' if not loop.last }}
        {%- endfor %}
    from {{ ref('int_purchases_measured') }} as measures
    {%- for component in components %}
    left join {{ ref('int_' ~ component ~ '_scored') }} as {{ component }}
        on measures.as_of_date = {{ component }}.as_of_date
        and measures.criteria_version = {{ component }}.criteria_version
        and measures.customer_key = {{ component }}.customer_key
    {%- endfor %}
),

known as (
    select
        as_of_date,
        criteria_version,
        customer_kind,
        population,
        {%- for component in components %}
        count({{ component }}_score) > 0 as has_{{ component }}{{ ',' if not loop.last }}
        {%- endfor %}
    from scores
    group by as_of_date, criteria_version, customer_kind, population
),

weights as (
    select
        known.as_of_date,
        known.criteria_version,
        known.customer_kind,
        known.population,
        {%- for component in components %}
        cast(max(case when weights.component = '{{ component }}' then weights.weight end) as bigint) as {{ component }}_stated_weight,
        cast(max(case when weights.component = '{{ component }}' and known.has_{{ component }} then weights.weight else 0 end) as bigint)
            as {{ component }}_weight{{ ',' if not loop.last }}
        {%- endfor %}
    from known
    inner join {{ ref('component_weights') }} as weights
        on known.criteria_version = weights.criteria_version
        and known.customer_kind = weights.customer_kind
        and known.population = weights.population
    group by known.as_of_date, known.criteria_version, known.customer_kind, known.population
)

select
    scores.*,
    {%- for component in components %}
    weights.{{ component }}_stated_weight,
    weights.{{ component }}_weight{{ ',' if not loop.last }}
    {%- endfor %}
from scores
inner join weights
    on scores.as_of_date = weights.as_of_date
    and scores.criteria_version = weights.criteria_version
    and scores.customer_kind = weights.customer_kind
    and scores.population = weights.population
