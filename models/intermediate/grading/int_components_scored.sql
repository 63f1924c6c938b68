{{ config(materialized='view') }}
{#
    Grain: date due x criteria version x graded customer: the score of each component with its weight, by kind and by buyer or prospect. Which
    component nobody of the kind has is left out, and weighs nothing; who lacks one that others have gets 50.
#}
{%- set components = measured().keys() | list -%}
with weights as (
    select
        criteria_version,
        customer_kind,
        population,
        {%- for component in components %}
        cast(max(case when component = '{{ component }}' then weight end) as bigint) as {{ component }}_weight{{ ',' if not loop.last }}
        {%- endfor %}
    from {{ ref('component_weights') }}
    group by criteria_version, customer_kind, population
)

select
    measures.as_of_date,
    measures.criteria_version,
    measures.customer_kind,
    measures.customer_key,
    {%- for component in components %}
    {{ component }}.{{ component }}_score,
    {{ component }}.{{ component }}_own_score,
    weights.{{ component }}_weight as {{ component }}_stated_weight,
    case
        when count({{ component }}.{{ component }}_score) over (
            partition by measures.as_of_date, measures.criteria_version, measures.customer_kind, measures.is_buyer
        ) > 0 then weights.{{ component }}_weight
        else 0
    end as {{ component }}_weight{{ ',' if not loop.last }}
    {%- endfor %}
from {{ ref('int_purchases_measured') }} as measures
inner join weights
    on measures.criteria_version = weights.criteria_version
    and measures.customer_kind = weights.customer_kind
    and weights.population = case when measures.is_buyer then 'buyer' else 'prospect' end
{%- for component in components %}
left join {{ ref('int_' ~ component ~ '_scored') }} as {{ component }}
    on measures.as_of_date = {{ component }}.as_of_date
    and measures.criteria_version = {{ component }}.criteria_version
    and measures.customer_key = {{ component }}.customer_key
{%- endfor %}
