{#
    Grain: kind x measure x class family x class x percentile of the measure within the kind: how many graded customers. Equal values are of one
    percentile, so that classes can be compared exactly and without their customers.
#}
{%- set measures = ['recency_days', 'tenure_days', 'purchase_days', 'net_amount_365d', 'clv_amount', 'lateness_ratio', 'loyalty_score', 'risk_score'] %}
{%- set families = ['value_tier', 'customer_type', 'lifecycle_stage'] %}
with ranked as (
    {%- for measure in measures %}
    select
        customer_kind,
        '{{ measure }}' as measure,
        {{ families | join(', ') }},
        {{ whole_division(
            "50 * (2 * rank() over (partition by customer_kind order by " ~ measure ~ ") + count(*) over (partition by customer_kind, "
                ~ measure ~ ") - 2)",
            "count(*) over (partition by customer_kind)"
        ) }} as percentile
    from {{ ref('int_grades_now') }}
    where {{ measure }} is not null
    {{- ' union all' if not loop.last }}
    {%- endfor %}
),

counted as (
    select customer_kind, measure, {{ families | join(', ') }}, percentile, count(*) as customer_count
    from ranked
    group by customer_kind, measure, {{ families | join(', ') }}, percentile
)

{%- for family in families %}
select
    customer_kind,
    measure,
    '{{ family }}' as class_family,
    {{ family }} as class_code,
    percentile,
    cast(sum(customer_count) as bigint) as customer_count
from counted
group by customer_kind, measure, {{ family }}, percentile
{{- ' union all' if not loop.last }}
{%- endfor %}
