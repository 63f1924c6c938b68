{#
    Grain: criteria version x customer kind x rule: what a rule of the RFM segments asks for, in words, with the cuts and the window of
    the kind. A score that may be any is not said.
#}
{%- set parts = {
    'recency': ('min_days', 'max_days'), 'frequency': ('min_purchases', 'max_purchases'), 'amount': ('top_percent', 'bottom_percent'),
} %}
with words as (
    select code, label_en, label_zh
    from {{ ref('class_labels_seed') }}
    where class_family = 'segment_rule'
),

taken as (
    select criteria_version, rule_position, cast(count(*) as integer) as cell_count
    from {{ ref('int_rfm_cells') }}
    group by criteria_version, rule_position
),

worded as (
    select
        bounds.*,
        min(bounds.rule_position) over (partition by bounds.criteria_version) as first_position
        {%- for part, (low, high) in parts.items() %},
        case
            when {{ low }} is not null and {{ high }} is not null then '{{ low }}_{{ high }}'
            when {{ low }} is not null then '{{ low }}'
            when {{ high }} is not null then '{{ high }}'
        end as {{ part }}_code
        {%- endfor %}
    from {{ ref('int_rfm_rules_bounded') }} as bounds
)

select
    worded.criteria_version,
    worded.customer_kind,
    worded.rule_position,
    worded.rfm_segment,
    coalesce(taken.cell_count, 0) as cell_count,
    {%- for language, mark in [('en', '; '), ('zh', '；')] %}
    concat(
        case when worded.rule_position > worded.first_position then others.label_{{ language }} else '' end,
        coalesce(
            nullif(
                concat_ws(
                    '{{ mark }}',
                    {%- for part, (low, high) in parts.items() %}
                    {{ filled_label(part ~ '.label_' ~ language, {'window_days': 'window_days', low: low, high: high}, 0) }}{{ ',' if not loop.last }}
                    {%- endfor %}
                ), ''
            ), everybody.label_{{ language }}
        )
    ) as rule_{{ language }}{{ ',' if not loop.last }}
    {%- endfor %}
from worded
inner join words as others on others.code = 'no_rule_before'
inner join words as everybody on everybody.code = 'everybody'
{%- for part in parts %}
left join words as {{ part }} on worded.{{ part }}_code = {{ part }}.code
{%- endfor %}
left join taken on worded.criteria_version = taken.criteria_version and worded.rule_position = taken.rule_position
