{{ config(materialized='view') }}
{#
    Grain: date due x criteria version x buyer: how it buys, in the RFM window: the share of its orders at a discount and in channels where
    it serves itself, and in how many categories it bought so far. Discounts are known of a kind once anybody of it had one.
#}
with categories as (
    select customers.as_of_date, customers.criteria_version, customers.customer_key, cast(count(*) as integer) as category_count
    from {{ ref('int_customers_by_date') }} as customers
    inner join {{ ref('int_categories_bought') }} as categories
        on customers.customer_key = categories.customer_key and customers.as_of_date >= categories.known_from
    where customers.is_graded
    group by customers.as_of_date, customers.criteria_version, customers.customer_key
),

known as (
    select as_of_date, criteria_version, customer_kind, sum(rfm_discounted_order_count) > 0 as has_discounts
    from {{ ref('int_purchases_measured') }}
    group by as_of_date, criteria_version, customer_kind
)

select
    measures.as_of_date,
    measures.criteria_version,
    measures.customer_key,
    case
        when known.has_discounts and measures.rfm_order_count > 0
            then {{ ratio_of('measures.rfm_discounted_order_count', 'measures.rfm_order_count') }}
    end as discounted_share,
    case
        when measures.rfm_channel_order_count > 0
            then {{ ratio_of('measures.rfm_self_service_order_count', 'measures.rfm_channel_order_count') }}
    end as self_service_share,
    categories.category_count
from {{ ref('int_purchases_measured') }} as measures
inner join known
    on measures.as_of_date = known.as_of_date
    and measures.criteria_version = known.criteria_version
    and measures.customer_kind = known.customer_kind
left join categories
    on measures.as_of_date = categories.as_of_date
    and measures.criteria_version = categories.criteria_version
    and measures.customer_key = categories.customer_key
where measures.is_buyer
