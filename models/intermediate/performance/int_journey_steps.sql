{#
    Grain: customer x step of its journey that it took up to the as-of date, and when first: it was reached or looked around, got in touch, asked
    for an offer, bought, bought again, recommended us.
#}
with steps as (
    select customer_key, 'aware' as step, touched_date as step_date from {{ ref('int_marketing_touches') }}
    union all
    select customer_key, 'aware', cast(started_at as date) from {{ ref('int_web_sessions') }} where customer_key is not null
    union all
    select customer_key, 'interested', known_from from {{ ref('int_interactions_held') }}
    union all
    select customer_key, 'considering', known_from from {{ ref('int_pipeline_steps') }} where step = 'opened'
    union all
    select
        customer_key,
        case when row_number() over (partition by customer_key order by activity_date) = 1 then 'bought' else 'bought_again' end,
        activity_date
    from {{ ref('int_purchase_days') }}
    where order_count > 0
    union all
    select customer_key, 'recommended', known_from from {{ ref('int_referrals_made') }}
)

select steps.customer_key, steps.step, min(steps.step_date) as step_date
from steps
inner join {{ ref('int_run_settings') }} as settings on steps.step_date <= settings.as_of_date
group by steps.customer_key, steps.step
