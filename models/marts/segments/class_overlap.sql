{#
    Grain: kind x pair of classes of two families: how many graded customers are of both, and what share that is of those who are of either.
#}
{%- set families = ['value_tier', 'lifecycle_stage', 'customer_type', 'rfm_segment', 'grade', 'risk_grade'] %}
with combined as (
    select customer_kind, {{ families | join(', ') }}, count(*) as customer_count
    from {{ ref('int_grades_now') }}
    group by customer_kind, {{ families | join(', ') }}
),

classes as (
    {%- for family in families %}
    select customer_kind, '{{ family }}' as class_family, {{ family }} as class_code, sum(customer_count) as customer_count
    from combined
    group by customer_kind, {{ family }}
    {{- ' union all' if not loop.last }}
    {%- endfor %}
),

pairs as (
    {%- for one in families %}
    {%- set last_one = loop.index == families | length - 1 %}
    {%- for other in families[loop.index:] %}
    select customer_kind, '{{ one }}' as class_family, {{ one }} as class_code, '{{ other }}' as other_family, {{ other }} as other_code,
        sum(customer_count) as shared_count
    from combined
    group by customer_kind, {{ one }}, {{ other }}
    {{- '' if last_one and loop.last else ' union all' }}
    {%- endfor %}
    {%- endfor %}
)

select
    pairs.customer_kind,
    pairs.class_family,
    pairs.class_code,
    pairs.other_family,
    pairs.other_code,
    cast(pairs.shared_count as integer) as shared_count,
    cast(pairs.shared_count as double) / cast(ones.customer_count + others.customer_count - pairs.shared_count as double) as overlap_share
from pairs
inner join classes as ones
    on pairs.customer_kind = ones.customer_kind and pairs.class_family = ones.class_family and pairs.class_code = ones.class_code
inner join classes as others
    on pairs.customer_kind = others.customer_kind and pairs.other_family = others.class_family and pairs.other_code = others.class_code
