{#
    Grain: kind x pair of classes of one family x measure: what sets them apart. The effect size is Cliff's delta: the chance that a customer of the one
    class has more of the measure than one of the other, less the chance of the opposite; 0 is no difference, 1 and -1 is no overlap. It needs no
    normal distribution, which money never has.
#}
with sizes as (
    select customer_kind, measure, class_family, class_code, cast(sum(customer_count) as bigint) as customer_count
    from {{ ref('int_measures_binned') }}
    group by customer_kind, measure, class_family, class_code
),

dominance as (
    select
        ones.customer_kind,
        ones.measure,
        ones.class_family,
        ones.class_code,
        others.class_code as other_code,
        sum(cast(ones.customer_count as decimal(18, 0)) * others.customer_count * case
            when ones.percentile > others.percentile then 1
            when ones.percentile < others.percentile then -1
            else 0
        end) as balance
    from {{ ref('int_measures_binned') }} as ones
    inner join {{ ref('int_measures_binned') }} as others
        on ones.customer_kind = others.customer_kind
        and ones.measure = others.measure
        and ones.class_family = others.class_family
        and ones.class_code < others.class_code
    group by ones.customer_kind, ones.measure, ones.class_family, ones.class_code, others.class_code
)

select
    dominance.customer_kind,
    dominance.class_family,
    dominance.class_code,
    dominance.other_code,
    dominance.measure,
    cast(ones.customer_count as integer) as customer_count,
    cast(others.customer_count as integer) as other_count,
    cast(dominance.balance as double) / (cast(ones.customer_count as double) * cast(others.customer_count as double)) as effect_size
from dominance
inner join sizes as ones
    on dominance.customer_kind = ones.customer_kind and dominance.measure = ones.measure
    and dominance.class_family = ones.class_family and dominance.class_code = ones.class_code
inner join sizes as others
    on dominance.customer_kind = others.customer_kind and dominance.measure = others.measure
    and dominance.class_family = others.class_family and dominance.other_code = others.class_code
where ones.customer_count >= 10 and others.customer_count >= 10
