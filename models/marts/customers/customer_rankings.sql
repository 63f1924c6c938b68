{#
    Grain: one graded customer, strictly ranked: by overall score, then the amount to expect, then net amount, then customer_id, so that no
    two share a rank and none is missing; also within its kind, market, industry and tier. The contributions sum to the score.
#}
{%- set better = 'order by overall_score desc, expected_amount desc nulls last, net_amount desc, placed.customer_key' -%}
with main_reasons as (
    select
        customer_key,
        min_by(reason_en, position + case when direction = 'for' then 0 else 100 end) as main_reason_en,
        min_by(reason_zh, position + case when direction = 'for' then 0 else 100 end) as main_reason_zh
    from {{ ref('int_grade_reasons') }}
    where direction in ('for', 'against')
    group by customer_key
),

placed as (
    select
        grades.*,
        expected.expected_amount,
        coalesce(countries.market, 'unknown') as market,
        case when grades.customer_kind = 'organisation' then coalesce(attributes.industry, 'unknown') else 'person' end as industry
    from {{ ref('int_grades_now') }} as grades
    left join {{ ref('int_expected_amounts') }} as expected
        on grades.as_of_date = expected.as_of_date
        and grades.criteria_version = expected.criteria_version
        and grades.customer_key = expected.customer_key
    left join {{ ref('int_customer_attributes') }} as attributes on grades.customer_key = attributes.customer_key
    left join {{ ref('countries') }} as countries on attributes.country = countries.country_code
)

select
    placed.as_of_date,
    {{ customer_id('placed.customer_key') }} as customer_id,
    placed.customer_kind,
    cast(row_number() over ({{ better }}) as integer) as overall_rank,
    cast(row_number() over (partition by customer_kind {{ better }}) as integer) as kind_rank,
    cast(row_number() over (partition by customer_kind, market {{ better }}) as integer) as market_rank,
    cast(row_number() over (partition by customer_kind, industry {{ better }}) as integer) as industry_rank,
    cast(row_number() over (partition by customer_kind, value_tier {{ better }}) as integer) as tier_rank,
    overall_score,
    grade,
    value_tier,
    {%- for component in measured() %}
    {{ component }}_contribution,
    {%- endfor %}
    shrinkage_contribution,
    cap_contribution,
    main_reasons.main_reason_en,
    main_reasons.main_reason_zh
from placed
left join main_reasons on placed.customer_key = main_reasons.customer_key
