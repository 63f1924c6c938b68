{{ config(materialized='view') }}
{#
    Grain: criteria version x customer kind x rule of the RFM segments: what it bounds, in days, purchase days and percent of buyers, by the
    cuts and the window of the kind. NULL where a score may be any.
#}
with edges as (
    select
        criteria_version,
        customer_kind,
        measure,
        score,
        cast(lower_bound as {{ dbt.type_string() }}) as from_value,
        cast(cast(upper_bound as integer) - 1 as {{ dbt.type_string() }}) as to_value
    from {{ ref('int_score_bands') }}
),

numbers as (
    select
        kinds.criteria_version,
        kinds.customer_kind,
        max(case when numbers.name = 'rfm_window_days' then cast(cast(numbers.value as integer) as {{ dbt.type_string() }}) end) as window_days,
        max(case when numbers.name = 'rfm_monetary_bins' then cast(numbers.value as integer) end) as bins
    from (select distinct criteria_version, customer_kind from edges) as kinds
    inner join {{ ref('criteria_numbers') }} as numbers
        on kinds.criteria_version = numbers.criteria_version and numbers.customer_kind in (kinds.customer_kind, 'all')
    group by kinds.criteria_version, kinds.customer_kind
)

select
    rules.criteria_version,
    numbers.customer_kind,
    rules.position as rule_position,
    rules.rfm_segment,
    numbers.window_days,
    {# The larger the score of recency, the fewer the days: its lower end is that of the largest score. #}
    case when rules.max_r_score < 5 then recent.from_value end as min_days,
    case when rules.min_r_score > 1 then past.to_value end as max_days,
    case when rules.min_f_score > 1 then few.from_value end as min_purchases,
    case when rules.max_f_score < 5 then many.to_value end as max_purchases,
    case
        when rules.min_m_score > 1
            then cast({{ whole_division('100 * (numbers.bins - rules.min_m_score + 1)', 'numbers.bins') }} as {{ dbt.type_string() }})
    end as top_percent,
    case
        when rules.max_m_score < numbers.bins
            then cast({{ whole_division('100 * rules.max_m_score', 'numbers.bins') }} as {{ dbt.type_string() }})
    end as bottom_percent
from {{ ref('rfm_segments') }} as rules
inner join numbers on rules.criteria_version = numbers.criteria_version
{%- for name, measure, score in [
    ('recent', 'recency_days', 'max_r'), ('past', 'recency_days', 'min_r'),
    ('few', 'rfm_purchase_days', 'min_f'), ('many', 'rfm_purchase_days', 'max_f'),
] %}
inner join edges as {{ name }}
    on rules.criteria_version = {{ name }}.criteria_version
    and numbers.customer_kind = {{ name }}.customer_kind
    and rules.{{ score }}_score = {{ name }}.score
    and {{ name }}.measure = '{{ measure }}'
{%- endfor %}
