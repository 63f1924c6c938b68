{#
    Grain: period x customer graded at its start, with the kind and the value tier that it had then: what happened in the period, and whether it
    bought in the same number of days before.
#}
{%- set sums = [
    'is_interaction', 'is_complaint', 'is_our_complaint', 'is_customer_complaint', 'is_carrier_complaint', 'is_promoter', 'is_passive', 'is_detractor',
    'is_answer', 'is_csat', 'is_satisfied',
] %}
with frozen as (
    select
        periods.period_kind,
        periods.period_start,
        periods.period_end,
        {{ days_after('periods.period_start', '-periods.period_days') }} as before_start,
        grades.customer_key,
        grades.customer_kind,
        grades.value_tier
    from {{ ref('int_performance_periods') }} as periods
    inner join {{ ref('int_grades_over_time') }} as grades on periods.period_start = grades.as_of_date
)

select
    frozen.period_kind,
    frozen.period_start,
    frozen.period_end,
    frozen.customer_key,
    frozen.customer_kind,
    frozen.value_tier,
    {%- set within = 'events.event_date > frozen.period_start' %}
    {{ sum_where('events.net_amount', within) }} as net_amount,
    {{ sum_where('events.cost_amount', within) }} as cost_amount,
    {{ sum_where('events.net_amount', 'events.event_date <= frozen.period_start') }} as net_amount_before,
    cast(sum(case when {{ within }} then events.is_purchase end) as integer) as purchase_days,
    cast(sum(case when events.event_date <= frozen.period_start then events.is_purchase end) as integer) as purchase_days_before,
    {%- for measure in sums %}
    cast(sum(case when {{ within }} then events.{{ measure }} end) as integer) as {{ measure }},
    {%- endfor %}
    {%- for measure in ['response_hours', 'resolution_days', 'satisfaction', 'ease'] %}
    cast(sum(case when {{ within }} then cast(events.{{ measure }} as decimal(18, 4)) end) as decimal(18, 4)) as {{ measure }},
    cast(count(case when {{ within }} then events.{{ measure }} end) as integer) as {{ measure }}_count{{ ',' if not loop.last }}
    {%- endfor %}
from frozen
left join {{ ref('int_customer_events') }} as events
    on frozen.customer_key = events.customer_key
    and frozen.before_start < events.event_date
    and frozen.period_end >= events.event_date
group by frozen.period_kind, frozen.period_start, frozen.period_end, frozen.customer_key, frozen.customer_kind, frozen.value_tier
