{#
    Grain: one customer with an accepted order or a contact up to the as-of date. A contact is an interaction, a quote, or an action of the
    playbook that was done.
#}
with moments as (
    select records.customer_key, orders.order_date, cast(null as date) as contact_date
    from {{ ref('int_orders_netted') }} as orders
    inner join {{ ref('int_records_resolved') }} as records on orders.record_key = records.record_key
    union all
    select customer_key, cast(null as date), known_from
    from {{ ref('int_interactions_held') }}
    union all
    select customer_key, cast(null as date), known_from
    from {{ ref('int_pipeline_steps') }}
    where is_quote and step = 'opened'
    union all
    select customer_key, cast(null as date), done_date
    from {{ ref('int_actions_done') }}
)

select
    moments.customer_key,
    min(moments.order_date) as first_order_date,
    max(moments.order_date) as last_order_date,
    max(case when moments.contact_date <= settings.as_of_date then moments.contact_date end) as last_contact_date
from moments
cross join {{ ref('int_run_settings') }} as settings
group by moments.customer_key
