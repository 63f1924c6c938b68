{{ config(materialized='view') }}
{#
    Grain: date due x criteria version x graded customer: how much it is of each type, 0 to 100, and the share of what the score asks for
    that is known.
#}
{%- set scores = score_parts().keys() | reject('equalto', 'loyalty') | list -%}
with measured as (
    select * from {{ ref('int_types_measured') }}
),

{{ scaled_scores(scores, 'measured') }}

select
    as_of_date,
    criteria_version,
    customer_kind,
    customer_key,
    purchase_days,
    order_count,
    ticket_count,
    own_fault_count,
    value_tier,
    loyalty_score
    {%- for score in scores %},
    {{ score }}_score,
    {{ score }}_known_percent
    {%- endfor %}
from scaled
