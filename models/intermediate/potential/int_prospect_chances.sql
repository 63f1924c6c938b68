{#
    Grain: date due x criteria version x prospect: the chance that it becomes a buyer, by how long it has been known and by the attributes it
    shares with those who did, and what such buyers are worth: chances multiply over the attributes, amounts are their mean.
#}
{%- set attributes = ['industry', 'size_band', 'market', 'channel', 'intent'] %}
select
    prospects.as_of_date,
    prospects.criteria_version,
    prospects.customer_key,
    least(coalesce(chances.conversion_share, 0){% for attribute in attributes %} * {{ attribute }}s.conversion_ratio{% endfor %}, 1) as conversion_share,
    kinds.kind_similar_amount * (
        {%- for attribute in attributes %}{{ attribute }}s.amount_ratio{{ ' + ' if not loop.last }}{% endfor %}
    ) / {{ attributes | length }} as similar_amount
from {{ ref('int_prospects_compared') }} as prospects
{%- for attribute in attributes %}
inner join {{ ref('int_conversions_compared') }} as {{ attribute }}s
    on prospects.as_of_date = {{ attribute }}s.as_of_date
    and prospects.criteria_version = {{ attribute }}s.criteria_version
    and prospects.customer_kind = {{ attribute }}s.customer_kind
    and {{ attribute }}s.attribute = '{{ attribute }}' and prospects.{{ attribute }} = {{ attribute }}s.attribute_value
{%- endfor %}
left join {{ ref('int_conversion_chances') }} as chances
    on prospects.as_of_date = chances.as_of_date
    and prospects.criteria_version = chances.criteria_version
    and prospects.customer_kind = chances.customer_kind
    and prospects.known_days >= chances.lower_bound and prospects.known_days < chances.upper_bound
inner join {{ ref('int_conversions_compared') }} as kinds
    on prospects.as_of_date = kinds.as_of_date
    and prospects.criteria_version = kinds.criteria_version
    and prospects.customer_kind = kinds.customer_kind
    and kinds.attribute = 'intent' and prospects.intent = kinds.attribute_value
where not prospects.is_converted
