{#
    Grain: kind x product x another product that its buyers bought more often than by chance (lift above 1), for each product the ten with the
    greatest confidence: which share of the buyers of the one bought the other. Pairs of few customers are left out, and products that are not
    offered any more.
#}
{%- set most = 10 %}
with totals as (
    select customer_kind, count(distinct customer_key) as population
    from {{ ref('int_products_bought') }}
    group by customer_kind
),

sizes as (
    select bought.customer_kind, bought.product_key, min(bought.source_system) as source_system, min(bought.product_ref) as product_ref,
        count(*) as customer_count
    from {{ ref('int_products_bought') }} as bought
    inner join {{ ref('int_criteria_by_date') }} as criteria
        on bought.as_of_date = criteria.as_of_date
        and bought.criteria_version = criteria.criteria_version
        and bought.customer_kind = criteria.customer_kind
    group by bought.customer_kind, bought.product_key
    having count(*) >= max(criteria.next_product_min_customers)
),

frequent as (
    select bought.*
    from {{ ref('int_products_bought') }} as bought
    inner join sizes on bought.customer_kind = sizes.customer_kind and bought.product_key = sizes.product_key
),

pairs as (
    select
        having_one.customer_kind,
        having_one.product_key,
        having_other.product_key as other_key,
        count(*) as pair_count,
        max(having_one.as_of_date) as as_of_date,
        max(having_one.criteria_version) as criteria_version
    from frequent as having_one
    inner join frequent as having_other
        on having_one.customer_key = having_other.customer_key and having_one.product_key <> having_other.product_key
    group by having_one.customer_kind, having_one.product_key, having_other.product_key
),

measured as (
    select
        pairs.*,
        others.source_system as other_system,
        others.product_ref as other_ref,
        cast(pairs.pair_count as double) / totals.population as support,
        cast(pairs.pair_count as double) / sizes.customer_count as confidence,
        cast(pairs.pair_count as double) * totals.population / (cast(sizes.customer_count as double) * others.customer_count) as lift
    from pairs
    inner join {{ ref('int_criteria_by_date') }} as criteria
        on pairs.as_of_date = criteria.as_of_date
        and pairs.criteria_version = criteria.criteria_version
        and pairs.customer_kind = criteria.customer_kind
        and pairs.pair_count >= criteria.next_product_min_customers
    inner join totals on pairs.customer_kind = totals.customer_kind
    inner join sizes on pairs.customer_kind = sizes.customer_kind and pairs.product_key = sizes.product_key
    inner join sizes as others on pairs.customer_kind = others.customer_kind and pairs.other_key = others.product_key
    left join {{ ref('products_not_offered') }} as withdrawn
        on others.source_system = withdrawn.source_system and others.product_ref = withdrawn.product_ref
    where withdrawn.product_ref is null
),

placed as (
    select
        measured.*,
        row_number() over (partition by customer_kind, product_key order by confidence desc, other_key) as place
    from measured
    where lift > 1
)

select customer_kind, product_key, other_key, other_system, other_ref, pair_count, support, confidence, lift
from placed
where place <= {{ most }}
