{#
    CTEs that score customers on fixed scales: `scaled`, with the columns of the relation, and for the score <score>_score, the mean of
    its parts by their weights, and <score>_known_share, the share of the weights whose parts are known. A part is 0 at its `zero_at`, 100
    at its `full_at`, in between in proportion, beyond them no less and no more; one that is not known is left out.

    scores      names of scores of `score_parts()`
    relation    CTE before it: criteria_version, customer_kind, the parts as columns
#}
{% macro scaled_scores(scores, relation) -%}
weights as (
    select
        criteria_version,
        customer_kind
        {%- for score in scores %}
        {%- for part in score_parts()[score] %},
        cast(max(case when score = '{{ score }}' and part = '{{ part }}' then weight end) as bigint) as {{ part }}_weight,
        max(case when score = '{{ score }}' and part = '{{ part }}' then zero_at end) as {{ part }}_zero_at,
        max(case when score = '{{ score }}' and part = '{{ part }}' then full_at end) as {{ part }}_full_at
        {%- endfor %}
        {%- endfor %}
    from {{ ref('score_parts') }}
    group by criteria_version, customer_kind
),

parts as (
    select
        {{ relation }}.*
        {%- for score in scores %}
        {%- for part in score_parts()[score] %},
        {{ scaled(part) }} as {{ part }}_part
        {%- endfor %}
        {%- endfor %}
    from {{ relation }}
    inner join weights
        on {{ relation }}.criteria_version = weights.criteria_version and {{ relation }}.customer_kind = weights.customer_kind
),

scaled as (
    select
        parts.*
        {%- for score in scores %},
        {{ weighted_mean(score_parts()[score], '_part') }} as {{ score }}_score,
        cast({{ known_percent(score_parts()[score], '_part') }} as decimal(7, 4)) as {{ score }}_known_percent
        {%- endfor %}
    from parts
    inner join weights on parts.criteria_version = weights.criteria_version and parts.customer_kind = weights.customer_kind
)
{%- endmacro %}

{# A value on the scale from <part>_zero_at (0) to <part>_full_at (100), by whole millionths; which of the two is larger does not matter. #}
{% macro scaled(part) -%}
    {%- set value = 'cast(' ~ part ~ ' as decimal(18, 6))' -%}
    case when {{ part }} is not null then {{ percent_of(
        'cast(least(greatest(case when ' ~ part ~ '_full_at > ' ~ part ~ '_zero_at then ' ~ value ~ ' - ' ~ part ~ '_zero_at else '
        ~ part ~ '_zero_at - ' ~ value ~ ' end, 0), abs(' ~ part ~ '_full_at - ' ~ part ~ '_zero_at)) * 1000000 as bigint)',
        'cast(abs(' ~ part ~ '_full_at - ' ~ part ~ '_zero_at) * 1000000 as bigint)',
    ) }} end
{%- endmacro %}

{# How much of the weights is of parts that are known, in percent. #}
{% macro known_percent(parts, suffix) -%}
    {%- set known, all = [], [] -%}
    {%- for part in parts -%}
        {%- do known.append('case when ' ~ part ~ suffix ~ ' is not null then weights.' ~ part ~ '_weight else 0 end') -%}
        {%- do all.append('weights.' ~ part ~ '_weight') -%}
    {%- endfor -%}
    case when {{ all | join(' + ') }} > 0 then {{ percent_of(known | join(' + '), all | join(' + ')) }} else 0 end
{%- endmacro %}
