{#
    Grain: horizon x customer kind x classification (grade, value tier) x class at the start: what those in the class did in the days after
    it. Does a better class buy more, and stay?
#}
with classes as (
    {%- for family in ['grade', 'value_tier'] %}
    select
        horizon_days,
        period_start,
        customer_kind,
        '{{ family }}' as class_family,
        {{ family }} as class_code,
        later_net_amount,
        has_returned
    from {{ ref('int_outcomes_observed') }}
    {{- ' union all' if not loop.last }}
    {%- endfor %}
),

counted as (
    select
        horizon_days,
        period_start,
        customer_kind,
        class_family,
        class_code,
        cast(count(*) as integer) as customer_count,
        cast(count(case when has_returned then 1 end) as integer) as returned_count,
        cast(sum(later_net_amount) as decimal(18, 4)) as later_net_amount
    from classes
    group by horizon_days, period_start, customer_kind, class_family, class_code
)

select
    horizon_days,
    period_start,
    customer_kind,
    class_family,
    class_code,
    customer_count,
    returned_count,
    cast(returned_count as double) / customer_count as retention_rate,
    later_net_amount,
    {{ mean_amount('later_net_amount', 'customer_count') }} as mean_later_amount,
    cast(later_net_amount as double)
    / nullif(cast(sum(later_net_amount) over (partition by horizon_days, customer_kind, class_family) as double), 0) as later_share
from counted
