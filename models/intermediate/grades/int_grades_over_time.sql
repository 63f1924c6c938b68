{{ config(materialized='view') }}
{#
    Grain: date of the publication x graded customer: the month ends, kept or computed now, and the as-of date. Of what is
    kept only that counts which was computed from today's inputs: rows of a date that has lost its last customer stay where
    they are, since nothing is written over them.
#}
{%- set columns = [
    'as_of_date', 'criteria_version', 'customer_key', 'customer_kind', 'order_count', 'purchase_days', 'net_amount',
    'net_amount_365d', 'recency_days', 'lifecycle_stage', 'r_score', 'f_score', 'm_score', 'rfm_cell', 'rfm_segment',
    'value_tier', 'value_lens', 'history_score', 'history_contribution', 'overall_score', 'is_input_missing', 'grade',
    'is_borderline',
] %}
select
    {%- for column in columns %}
    kept.{{ column }},
    {%- endfor %}
    false as is_current
from {{ ref('int_grades_at_month_ends') }} as kept
inner join {{ ref('int_dates_fingerprinted') }} as dates
    on kept.as_of_date = dates.as_of_date and kept.fingerprint = dates.fingerprint and not dates.is_current
union all
select
    {%- for column in columns %}
    {{ column }},
    {%- endfor %}
    is_current
from {{ ref('int_grades_now') }}
