{#
    Grain: date due x criteria version x graded customer. Decides its types: it is of each whose score is reached, if enough of the score is
    known, there is enough to judge by, and its value tier is one of the type's; its primary type is the first of them, standard if there is none.
#}
{%- set types = customer_types() -%}
with criteria as (
    select
        criteria_version,
        customer_kind
        {%- for type in types %},
        max(case when customer_type = '{{ type }}' then precedence end) as {{ type }}_precedence,
        max(case when customer_type = '{{ type }}' then min_score end) as {{ type }}_min_score,
        max(case when customer_type = '{{ type }}' then min_known_percent end) as {{ type }}_min_known_percent,
        max(case when customer_type = '{{ type }}' then min_purchase_days end) as {{ type }}_min_purchase_days,
        max(case when customer_type = '{{ type }}' then min_order_count end) as {{ type }}_min_order_count,
        max(case when customer_type = '{{ type }}' then min_ticket_count end) as {{ type }}_min_ticket_count,
        max(case when customer_type = '{{ type }}' then value_tiers end) as {{ type }}_value_tiers
        {%- endfor %}
    from {{ ref('customer_types') }}
    group by criteria_version, customer_kind
),

flagged as (
    select
        scores.*
        {%- for type in types %},
        criteria.{{ type }}_precedence,
        coalesce(
            scores.{{ type }}_type_score >= criteria.{{ type }}_min_score
            and scores.{{ type }}_type_known_percent >= criteria.{{ type }}_min_known_percent
            and scores.purchase_days >= criteria.{{ type }}_min_purchase_days
            and (scores.order_count >= criteria.{{ type }}_min_order_count or scores.ticket_count >= criteria.{{ type }}_min_ticket_count)
            and concat(';', criteria.{{ type }}_value_tiers, ';') like concat('%;', scores.value_tier, ';%'),
            false
        ) as is_{{ type }}_type
        {%- endfor %}
    from {{ ref('int_types_scored') }} as scores
    inner join criteria
        on scores.criteria_version = criteria.criteria_version and scores.customer_kind = criteria.customer_kind
),

first_of as (
    select
        flagged.*,
        least(
            {%- for type in types %}
            case when is_{{ type }}_type then {{ type }}_precedence else 999 end{{ ',' if not loop.last }}
            {%- endfor %}
        ) as precedence
    from flagged
)

select
    as_of_date,
    criteria_version,
    customer_key,
    loyalty_score,
    own_fault_count,
    {%- for type in types %}
    {{ type }}_type_score,
    is_{{ type }}_type,
    {%- endfor %}
    case
        {%- for type in types %}
        when is_{{ type }}_type and precedence = {{ type }}_precedence then '{{ type }}'
        {%- endfor %}
        else 'standard'
    end as customer_type
from first_of
