{#
    Grain: horizon x customer kind x order of the buyers at its start (our scores, naive ones, the perfect one): how well it finds what was
    bought in the days after. Capture is the share of later net sales in the first tenth; AUC the chance that one who came back stands
    before one who did not; Gini that of later sales in this order. Equal values are ordered by the key of the customer, which knows nothing.
#}
{%- set orders = {
    'overall_score': 'overall_score', 'clv_amount': 'clv_amount', 'expected_purchases': 'expected_purchase_days',
    'past_net_amount': 'net_amount', 'net_amount_365d': 'net_amount_365d', 'recency': '-recency_days', 'purchase_days': 'purchase_days',
    'perfect': 'later_net_amount',
} %}
with ordered as (
    {%- for order, value in orders.items() %}
    select
        horizon_days,
        period_start,
        customer_kind,
        '{{ order }}' as order_code,
        later_net_amount,
        has_returned,
        row_number() over (partition by horizon_days, customer_kind order by {{ value }}, customer_key) as place,
        rank() over (partition by horizon_days, customer_kind order by {{ value }})
        + count(*) over (partition by horizon_days, customer_kind order by {{ value }}) as twice_middle,
        count(*) over (partition by horizon_days, customer_kind) as population
    from {{ ref('int_outcomes_observed') }}
    where lifecycle_stage <> 'prospect'
    {{- ' union all' if not loop.last }}
    {%- endfor %}
)

select
    horizon_days,
    period_start,
    customer_kind,
    order_code,
    cast(count(*) as integer) as customer_count,
    cast(count(case when has_returned then 1 end) as integer) as returned_count,
    cast(sum(later_net_amount) as decimal(18, 4)) as later_net_amount,
    cast(sum(case when 10 * (population - place) < population then later_net_amount else 0 end) as double)
    / nullif(cast(sum(later_net_amount) as double), 0) as capture_share,
    {{ area_under_curve('has_returned') }} as auc_returned,
    2 * cast(sum(place * later_net_amount) as double) / nullif(count(*) * cast(sum(later_net_amount) as double), 0)
    - cast(count(*) + 1 as double) / count(*) as gini
from ordered
group by horizon_days, period_start, customer_kind, order_code
