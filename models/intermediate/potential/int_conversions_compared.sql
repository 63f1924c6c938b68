{#
    Grain: date due x criteria version x customer kind x attribute x value: how many of the prospects with it became buyers within the
    year, and what these are worth, both against all prospects of the kind: ratios of shares that are drawn towards it, (n own + k kind) / (n + k).
#}
{%- set attributes = ['industry', 'size_band', 'market', 'channel', 'intent'] %}
with valued as (
    select
        prospects.*,
        case when prospects.is_converted then lifetime.clv_amount end as clv_amount
    from {{ ref('int_prospects_compared') }} as prospects
    left join {{ ref('int_clv_scored') }} as lifetime
        on prospects.as_of_date = lifetime.as_of_date
        and prospects.criteria_version = lifetime.criteria_version
        and prospects.customer_key = lifetime.customer_key
),

kinds as (
    select
        as_of_date,
        criteria_version,
        customer_kind,
        cast(count(case when is_converted then 1 end) as double) / count(*) as conversion_share,
        cast(sum(clv_amount) as double) / nullif(count(clv_amount), 0) as similar_amount
    from valued
    group by as_of_date, criteria_version, customer_kind
),

counted as (
    {%- for attribute in attributes %}
    select
        as_of_date,
        criteria_version,
        customer_kind,
        '{{ attribute }}' as attribute,
        {{ attribute }} as attribute_value,
        count(*) as prospect_count,
        count(case when is_converted then 1 end) as converted_count,
        cast(coalesce(sum(clv_amount), 0) as double) as clv_amount
    from valued
    group by as_of_date, criteria_version, customer_kind, {{ attribute }}
    {{- ' union all' if not loop.last }}
    {%- endfor %}
)

select
    counted.as_of_date,
    counted.criteria_version,
    counted.customer_kind,
    counted.attribute,
    counted.attribute_value,
    counted.prospect_count,
    counted.converted_count,
    kinds.conversion_share as kind_conversion_share,
    kinds.similar_amount as kind_similar_amount,
    (counted.converted_count + criteria.similarity_shrinkage_customers * kinds.conversion_share)
    / (counted.prospect_count + criteria.similarity_shrinkage_customers) / nullif(kinds.conversion_share, 0) as conversion_ratio,
    (counted.clv_amount + criteria.similarity_shrinkage_customers * kinds.similar_amount)
    / (counted.converted_count + criteria.similarity_shrinkage_customers) / nullif(kinds.similar_amount, 0) as amount_ratio
from counted
inner join kinds
    on counted.as_of_date = kinds.as_of_date
    and counted.criteria_version = kinds.criteria_version
    and counted.customer_kind = kinds.customer_kind
inner join {{ ref('int_criteria_by_date') }} as criteria
    on counted.as_of_date = criteria.as_of_date
    and counted.criteria_version = criteria.criteria_version
    and counted.customer_kind = criteria.customer_kind
