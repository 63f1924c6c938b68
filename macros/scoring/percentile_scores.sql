{#
    CTEs that score measures by their percentile within the kind, 0 to 100, ties alike: `percentiles`, with the columns of the relation and for each
    measure <measure>_score and <measure>_own_score. A measure that a customer lacks has no score, and does not count among the others.

    A percentile among few tells little. With fewer than `score_min_population` customers n of the kind who have the measure, it is
    drawn towards that among both kinds: (n own + k pooled) / (n + k), k = `score_shrinkage_customers`. <measure>_own_score is not drawn.

    relation    CTE: as_of_date, criteria_version, customer_kind, customer_key, the measures
    measures    names of columns, the larger the better

    Values are counted first and ranked once each: most measures have few, and sorting every customer for each costs more than all else.
#}
{% macro percentile_scores(relation, measures) -%}
{%- set population = 'as_of_date, criteria_version, customer_kind' -%}
{% for measure in measures %}
{{ measure }}_counted as (
    select {{ population }}, {{ measure }}, count(*) as customer_count
    from {{ relation }}
    where {{ measure }} is not null
    group by {{ population }}, {{ measure }}
),

{{ measure }}_ranked as (
    {# Twice the middle rank, less one: lo + hi - 1, of the customers of one value. #}
    select
        counted.*,
        2 * sum(customer_count) over (partition by {{ population }} order by {{ measure }}) - customer_count as position,
        sum(customer_count) over (partition by {{ population }}) as population
    from {{ measure }}_counted as counted
),

{{ measure }}_pooled as (
    {# The same among both kinds, for the values of a thin kind. #}
    select
        thin.as_of_date,
        thin.criteria_version,
        thin.customer_kind,
        thin.{{ measure }},
        sum(case when others.{{ measure }} < thin.{{ measure }} then 2 when others.{{ measure }} = thin.{{ measure }} then 1 else 0 end * others.customer_count)
            as position,
        sum(others.customer_count) as population,
        max(criteria.score_shrinkage_customers) as drawn_by
    from {{ measure }}_ranked as thin
    inner join {{ ref('int_criteria_by_date') }} as criteria
        on thin.as_of_date = criteria.as_of_date
        and thin.criteria_version = criteria.criteria_version
        and thin.customer_kind = criteria.customer_kind
        and thin.population < criteria.score_min_population
    inner join {{ measure }}_counted as others
        on thin.as_of_date = others.as_of_date and thin.criteria_version = others.criteria_version
    group by thin.as_of_date, thin.criteria_version, thin.customer_kind, thin.{{ measure }}
),

{{ measure }}_scores as (
    select
        ranked.as_of_date,
        ranked.criteria_version,
        ranked.customer_kind,
        ranked.{{ measure }},
        {{ percent_of('cast(ranked.position as bigint)', '2 * cast(ranked.population as bigint)') }} as own_score,
        case
            when pooled.population is null then {{ percent_of('cast(ranked.position as bigint)', '2 * cast(ranked.population as bigint)') }}
            else {{ percent_of(
                'cast(ranked.position * pooled.population + pooled.drawn_by * pooled.position as bigint)',
                '2 * cast(pooled.population * (ranked.population + pooled.drawn_by) as bigint)',
            ) }}
        end as score
    from {{ measure }}_ranked as ranked
    left join {{ measure }}_pooled as pooled
        on ranked.as_of_date = pooled.as_of_date
        and ranked.criteria_version = pooled.criteria_version
        and ranked.customer_kind = pooled.customer_kind
        and ranked.{{ measure }} = pooled.{{ measure }}
),
{% endfor %}
percentiles as (
    select
        {{ relation }}.*
        {%- for measure in measures %},
        {{ measure }}_scores.own_score as {{ measure }}_own_score,
        {{ measure }}_scores.score as {{ measure }}_score
        {%- endfor %}
    from {{ relation }}
    {%- for measure in measures %}
    left join {{ measure }}_scores
        on {{ relation }}.as_of_date = {{ measure }}_scores.as_of_date
        and {{ relation }}.criteria_version = {{ measure }}_scores.criteria_version
        and {{ relation }}.customer_kind = {{ measure }}_scores.customer_kind
        and {{ relation }}.{{ measure }} = {{ measure }}_scores.{{ measure }}
    {%- endfor %}
)
{%- endmacro %}
