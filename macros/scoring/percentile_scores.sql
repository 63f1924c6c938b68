{#
    CTEs that score measures by their percentile within the kind, 0 to 100, ties alike: `percentiles`, with the columns of the relation and for each
    measure <measure>_score and <measure>_own_score. A measure that a customer lacks has no score, and does not count among the others.

    A percentile among few tells little. With fewer than `score_min_population` customers n of the kind who have the measure, it is
    drawn towards that among both kinds: (n own + k pooled) / (n + k), k = `score_shrinkage_customers`. <measure>_own_score is not drawn.

    relation    CTE: as_of_date, criteria_version, customer_kind, customer_key, the measures
    measures    names of columns, the larger the better
#}
{% macro percentile_scores(relation, measures) -%}
{%- set population = [relation ~ '.as_of_date', relation ~ '.criteria_version', relation ~ '.customer_kind'] | join(', ') -%}
ranked as (
    select
        {{ relation }}.*,
        criteria.score_min_population,
        criteria.score_shrinkage_customers,
        {%- for measure in measures %}
        case when {{ measure }} is not null then
            rank() over (partition by {{ population }}, {{ measure }} is null order by {{ measure }})
            + count(*) over (partition by {{ population }}, {{ measure }} is null order by {{ measure }}) - 1
        end as {{ measure }}_position,
        count({{ measure }}) over (partition by {{ population }}) as {{ measure }}_population{{ ',' if not loop.last }}
        {%- endfor %}
    from {{ relation }}
    inner join {{ ref('int_criteria_by_date') }} as criteria
        on {{ relation }}.as_of_date = criteria.as_of_date
        and {{ relation }}.criteria_version = criteria.criteria_version
        and {{ relation }}.customer_kind = criteria.customer_kind
),
{% for measure in measures %}
{{ measure }}_pooled as (
    {# Twice the middle rank among both kinds, less one, as the position is within one: for the few of a thin kind. #}
    select
        thin.as_of_date,
        thin.criteria_version,
        thin.customer_key,
        cast(sum(case when others.{{ measure }} < thin.{{ measure }} then 2 when others.{{ measure }} = thin.{{ measure }} then 1 else 0 end) as bigint)
            as pooled_position,
        count(*) as pooled_population
    from ranked as thin
    inner join ranked as others
        on thin.as_of_date = others.as_of_date
        and thin.criteria_version = others.criteria_version
        and others.{{ measure }} is not null
    where thin.{{ measure }} is not null and thin.{{ measure }}_population < thin.score_min_population
    group by thin.as_of_date, thin.criteria_version, thin.customer_key
),
{% endfor %}
percentiles as (
    select
        ranked.*,
        {%- for measure in measures %}
        case when {{ measure }} is not null then {{ percent_of(measure ~ '_position', '2 * ' ~ measure ~ '_population') }} end as {{ measure }}_own_score,
        case
            when {{ measure }}_pooled.customer_key is not null then {{ percent_of(
                measure ~ '_position * ' ~ measure ~ '_pooled.pooled_population + score_shrinkage_customers * ' ~ measure ~ '_pooled.pooled_position',
                '2 * ' ~ measure ~ '_pooled.pooled_population * (' ~ measure ~ '_population + score_shrinkage_customers)',
            ) }}
            when {{ measure }} is not null then {{ percent_of(measure ~ '_position', '2 * ' ~ measure ~ '_population') }}
        end as {{ measure }}_score{{ ',' if not loop.last }}
        {%- endfor %}
    from ranked
    {%- for measure in measures %}
    left join {{ measure }}_pooled
        on ranked.as_of_date = {{ measure }}_pooled.as_of_date
        and ranked.criteria_version = {{ measure }}_pooled.criteria_version
        and ranked.customer_key = {{ measure }}_pooled.customer_key
    {%- endfor %}
)
{%- endmacro %}
