{{ config(
    materialized='incremental',
    incremental_strategy='delete+insert' if target.type == 'duckdb' else 'insert_overwrite',
    unique_key='as_of_date',
    partition_by=['as_of_date'] if target.type == 'spark' else none,
    on_schema_change='fail',
) }}
{#
    Grain: month end x graded customer, kept from publication to publication. Only the month ends that are due are
    written, each with the fingerprint of its inputs and of the code that computed it. A refresh whose code is another one
    starts the table anew. as_of_date is last: Spark's partition column.
#}
select
    grades.criteria_version,
    grades.customer_key,
    grades.customer_kind,
    grades.order_count,
    grades.purchase_days,
    grades.net_amount,
    grades.net_amount_365d,
    grades.recency_days,
    grades.lifecycle_stage,
    grades.r_score,
    grades.f_score,
    grades.m_score,
    grades.rfm_cell,
    grades.rfm_segment,
    grades.value_tier,
    grades.value_lens,
    grades.history_score,
    grades.history_contribution,
    grades.overall_score,
    grades.is_input_missing,
    grades.grade,
    grades.is_borderline,
    spine.fingerprint,
    grades.as_of_date
from {{ ref('int_grades') }} as grades
inner join {{ ref('int_spine') }} as spine on grades.as_of_date = spine.as_of_date
where not grades.is_current
