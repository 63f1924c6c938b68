{#
    CTEs and the query that score a component from the percentiles of its measures: <component>_score, the weighted mean of those that are
    known, and <component>_own_score, the same of percentiles that are not drawn towards both kinds. NULL if none is known.

    component    potential, history, influence: its measures are those of `measured()`, its weights rows of `measure_weights`
    relation     CTE before it: as_of_date, criteria_version, customer_kind, customer_key, the measures
#}
{% macro component_scored(component, relation) -%}
{%- set measures = measured()[component] -%}
{{ percentile_scores(relation, measures) }},

weights as (
    select
        criteria_version,
        customer_kind,
        {%- for measure in measures %}
        cast(coalesce(max(case when measure = '{{ measure }}' then weight end), 0) as bigint) as {{ measure }}_weight{{ ',' if not loop.last }}
        {%- endfor %}
    from {{ ref('measure_weights') }}
    where component = '{{ component }}'
    group by criteria_version, customer_kind
)

select
    percentiles.as_of_date,
    percentiles.criteria_version,
    percentiles.customer_key,
    {{ weighted_mean(measures, '_score') }} as {{ component }}_score,
    {{ weighted_mean(measures, '_own_score') }} as {{ component }}_own_score
from percentiles
inner join weights
    on percentiles.criteria_version = weights.criteria_version and percentiles.customer_kind = weights.customer_kind
{%- endmacro %}
