{#
    Grain: kind x attribute x segment of graded customers: how many they are, and how they buy. Every customer is in one segment of each attribute,
    of interests and needs in each that it picked; what is not known is the segment `unknown`. Of fewer than ten customers only the number is told.
#}
{%- set families = {
    'demographic': ['age_band', 'gender', 'income_band', 'occupation', 'education_level'],
    'geographic': ['market', 'country_code'],
    'firmographic': ['industry', 'size_band'],
    'psychographic': ['interests'],
    'needs': ['needs'],
    'behaviour': ['acquisition_channel', 'preferred_channel', 'rfm_segment', 'lifecycle_stage', 'customer_type', 'risk_grade'],
} %}
{%- set own = ['rfm_segment', 'lifecycle_stage', 'customer_type', 'risk_grade'] %}
{%- set picked = ['interests', 'needs'] %}
{%- set of_persons = families['demographic'] %}
{%- set of_organisations = families['firmographic'] %}
with placed as (
    {%- for family, attributes in families.items() %}
    {%- set last_family = loop.last %}
    {%- for attribute in attributes %}
    select
        grades.customer_kind,
        '{{ family }}' as segment_family,
        '{{ attribute }}' as attribute,
        {%- set value = 'picked.word' if attribute in picked else ('grades.' if attribute in own else 'attributes.') ~ attribute %}
        coalesce({{ value }}, 'unknown') as segment,
        grades.customer_key,
        grades.value_tier,
        grades.lifecycle_stage,
        grades.overall_score,
        grades.net_amount_365d,
        grades.clv_amount
    from {{ ref('int_grades_now') }} as grades
    {%- if attribute in picked %}
    left join {{ ref('int_words_published') }} as picked on grades.customer_key = picked.customer_key and picked.word_kind = '{{ attribute }}'
    {%- elif attribute not in own %}
    left join {{ ref('int_attributes_published') }} as attributes on grades.customer_key = attributes.customer_key
    {%- endif %}
    {%- if attribute in of_persons %}
    where grades.customer_kind = 'person'
    {%- elif attribute in of_organisations %}
    where grades.customer_kind = 'organisation'
    {%- endif %}
    {{- '' if loop.last and last_family else ' union all' }}
    {%- endfor %}
    {%- endfor %}
),

counted as (
    select
        customer_kind,
        segment_family,
        attribute,
        segment,
        count(*) as customer_count,
        count(case when value_tier = 'high' then 1 end) as high_count,
        count(case when lifecycle_stage = 'churned' then 1 end) as churned_count,
        count(case when lifecycle_stage <> 'prospect' then 1 end) as buyer_count,
        cast(sum(net_amount_365d) as decimal(18, 4)) as net_amount_365d,
        cast(sum(clv_amount) as decimal(18, 4)) as clv_amount,
        cast(sum(overall_score) as decimal(18, 4)) as overall_score
    from placed
    group by customer_kind, segment_family, attribute, segment
),

totals as (
    select
        customer_kind as graded_kind,
        count(*) as graded_count,
        cast(nullif(greatest(sum(net_amount_365d), 0), 0) as double) as graded_amount
    from {{ ref('int_grades_now') }}
    group by customer_kind
)

select
    customer_kind,
    segment_family,
    attribute,
    segment,
    cast(customer_count as integer) as customer_count,
    cast(customer_count as double) / graded_count as customer_share,
    {%- for name, expression in {
        'net_amount_365d': 'net_amount_365d',
        'net_amount_share': 'cast(net_amount_365d as double) / graded_amount',
        'mean_clv_amount': mean_amount('clv_amount', 'nullif(buyer_count, 0)'),
        'mean_overall_score': 'cast(overall_score as double) / customer_count',
        'high_tier_share': 'cast(high_count as double) / customer_count',
        'churned_share': 'cast(churned_count as double) / nullif(buyer_count, 0)',
    }.items() %}
    case when customer_count >= 10 then {{ expression }} end as {{ name }}{{ ',' if not loop.last }}
    {%- endfor %}
from counted
inner join totals on counted.customer_kind = totals.graded_kind
