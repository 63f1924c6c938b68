{#
    Grain: one customer at the as-of date with attributes. How much of what its kind should have is known: 100 times the
    weights of the filled fields over all weights of the seed `completeness_fields`.
#}
{%- set fields = ['name', 'email', 'phone', 'tax_id', 'birth_date', 'gender', 'country', 'city', 'postal_code', 'industry',
    'employee_count', 'acquisition_channel', 'account_owner'] -%}
{%- set filled = [] -%}
{%- for field in fields -%}
    {%- do filled.append('case when attributes.' ~ field ~ ' is not null then weights.' ~ field ~ '_weight else 0 end') -%}
{%- endfor %}
with weights as (
    select
        customer_kind,
        cast(sum(weight) as bigint) as all_weights
        {%- for field in fields %},
        cast(coalesce(max(case when field = '{{ field }}' then weight end), 0) as bigint) as {{ field }}_weight
        {%- endfor %}
    from {{ ref('completeness_fields') }}
    group by customer_kind
)

select
    attributes.customer_key,
    {{ percent_of(filled | join(' + '), 'weights.all_weights') }} as completeness_score
from {{ ref('int_customer_attributes') }} as attributes
inner join {{ ref('int_customers_by_date') }} as existing
    on attributes.customer_key = existing.customer_key and existing.is_current
inner join weights on existing.customer_kind = weights.customer_kind
