{#
    Grain: date due x criteria version x graded customer of whose payments or limits something is known. The continuous part of the
    risk score: how many receivables were late, how late, how far past due and how much of the limit is used, each from 0 to 1, weighted;
    what is not known is left out.
#}
{%- set parts = ['late_share', 'late_days', 'limit_use', 'past_due'] -%}
with weighted as (
    {%- for part in parts %}
    select
        parts.as_of_date,
        parts.criteria_version,
        parts.customer_key,
        cast(weights.weight as bigint) as weight,
        cast(weights.weight * parts.{{ part }} * 1000000 as bigint) as weighted
    from {{ ref('int_risk_habits') }} as parts
    inner join {{ ref('measure_weights') }} as weights
        on parts.criteria_version = weights.criteria_version
        and parts.customer_kind = weights.customer_kind
        and weights.component = 'safety' and weights.measure = '{{ part }}'
    where parts.{{ part }} is not null and weights.weight > 0
    {{- ' union all' if not loop.last }}
    {%- endfor %}
)

select
    as_of_date,
    criteria_version,
    customer_key,
    {{ percent_of('cast(sum(weighted) as bigint)', 'cast(sum(weight) as bigint) * 1000000') }} as risk_score
from weighted
group by as_of_date, criteria_version, customer_key
