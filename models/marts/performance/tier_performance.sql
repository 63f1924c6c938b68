{#
    Grain: period x kind x value tier that customers had at its start: how they fared in it. Retention is of those who bought in the same number of
    days before; growth compares with those days, too. NPS with the standard error of an adjusted Wald interval (n + 3, three quarters of a
    promoter and of a detractor added); who did not answer is in the response rate, not in the satisfaction.
#}
with summed as (
    select
        period_kind,
        period_start,
        period_end,
        customer_kind,
        value_tier,
        cast(count(*) as integer) as customer_count,
        cast(count(case when purchase_days_before > 0 then 1 end) as integer) as buyers_before,
        cast(count(case when purchase_days_before > 0 and purchase_days > 0 then 1 end) as integer) as buyers_kept,
        cast(count(case when is_answer > 0 then 1 end) as integer) as respondent_count,
        {%- for measure in ['net_amount', 'net_amount_before', 'cost_amount', 'response_hours', 'resolution_days', 'satisfaction', 'ease'] %}
        cast(sum({{ measure }}) as decimal(18, 4)) as {{ measure }},
        {%- endfor %}
        {%- for measure in [
            'purchase_days', 'is_interaction', 'is_complaint', 'is_promoter', 'is_passive', 'is_detractor', 'is_csat', 'is_satisfied',
            'response_hours_count', 'resolution_days_count', 'satisfaction_count', 'ease_count', 'is_our_complaint', 'is_customer_complaint',
            'is_carrier_complaint',
        ] %}
        cast(coalesce(sum({{ measure }}), 0) as bigint) as {{ measure }}{{ ',' if not loop.last }}
        {%- endfor %}
    from {{ ref('int_customer_performance') }}
    group by period_kind, period_start, period_end, customer_kind, value_tier
),

recommended as (
    select
        summed.*,
        is_promoter + is_passive + is_detractor as nps_answer_count,
        cast(is_promoter + is_passive + is_detractor as double) + 3 as adjusted_count,
        cast(is_promoter as double) + 0.75 as adjusted_promoters,
        cast(is_detractor as double) + 0.75 as adjusted_detractors
    from summed
)

select
    period_kind,
    period_start,
    period_end,
    customer_kind,
    value_tier,
    customer_count,
    {{ rate_of('buyers_kept', 'buyers_before') }} as retention_rate,
    1 - {{ rate_of('buyers_kept', 'buyers_before') }} as churn_rate,
    net_amount,
    {{ rate_of('(net_amount - net_amount_before)', 'net_amount_before') }} as sales_growth_rate,
    {{ rate_of('purchase_days', 'customer_count') }} as purchase_frequency,
    cast(is_interaction as integer) as interaction_count,
    {{ rate_of('is_interaction', 'customer_count') }} as interaction_frequency,
    {{ rate_of('is_complaint', 'customer_count') }} as complaint_rate,
    {{ rate_of('is_our_complaint', 'customer_count') }} as our_complaint_rate,
    {{ rate_of('is_customer_complaint', 'customer_count') }} as customer_complaint_rate,
    {{ rate_of('is_carrier_complaint', 'customer_count') }} as carrier_complaint_rate,
    {{ rate_of('response_hours', 'response_hours_count') }} as first_response_hours,
    {{ rate_of('resolution_days', 'resolution_days_count') }} as mean_resolution_days,
    {{ rate_of('satisfaction', 'satisfaction_count') }} as satisfaction,
    {{ rate_of('is_satisfied', 'is_csat') }} as csat_rate,
    {{ rate_of('ease', 'ease_count') }} as ces_score,
    {{ rate_of('100 * (is_promoter - is_detractor)', 'nps_answer_count') }} as nps,
    case
        when nps_answer_count > 0 then 100 * sqrt((
            (adjusted_promoters + adjusted_detractors) / adjusted_count
            - (adjusted_promoters - adjusted_detractors) * (adjusted_promoters - adjusted_detractors) / (adjusted_count * adjusted_count)
        ) / adjusted_count)
    end as nps_standard_error,
    cast(nps_answer_count as integer) as nps_answer_count,
    respondent_count,
    {{ rate_of('respondent_count', 'customer_count') }} as response_rate,
    nullif(cost_amount, 0) as cost_to_serve_amount
from recommended
