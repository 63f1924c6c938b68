{#
    Grain: kind x step of the journey: how many graded customers took it, how many of those went on to buy for the first or the next time after
    it, how long that took, and where it hurts: complaints raised between the step and the next one.
#}
with steps as (
    select
        steps.customer_key,
        grades.customer_kind,
        steps.step,
        steps.step_date,
        labels.sort_order,
        lead(steps.step_date) over (partition by steps.customer_key order by steps.step_date, labels.sort_order) as next_date
    from {{ ref('int_journey_steps') }} as steps
    inner join {{ ref('int_grades_now') }} as grades on steps.customer_key = grades.customer_key
    inner join {{ ref('class_labels_seed') }} as labels on labels.class_family = 'journey_step' and steps.step = labels.code
),

purchases as (
    select customer_key, min(step_date) as bought_date, max(step_date) as bought_again_date
    from {{ ref('int_journey_steps') }}
    where step in ('bought', 'bought_again')
    group by customer_key
),

complaints as (
    select steps.customer_kind, steps.step, count(*) as complaint_count
    from steps
    inner join {{ ref('int_tickets_opened') }} as tickets
        on steps.customer_key = tickets.customer_key
        and tickets.category in ('complaint', 'claim', 'dispute')
        and steps.step_date <= tickets.known_from
        and (steps.next_date is null or steps.next_date > tickets.known_from)
    inner join {{ ref('int_run_settings') }} as settings on tickets.known_from <= settings.as_of_date
    group by steps.customer_kind, steps.step
),

continued as (
    select
        steps.customer_kind,
        steps.step,
        steps.sort_order,
        case
            when steps.step in ('aware', 'interested', 'considering') then coalesce(purchases.bought_date >= steps.step_date, true)
            else steps.step = 'bought'
        end as is_candidate,
        case
            when steps.step in ('aware', 'interested', 'considering') and purchases.bought_date >= steps.step_date
                then {{ days_between('steps.step_date', 'purchases.bought_date') }}
            when steps.step = 'bought' and purchases.bought_again_date > steps.step_date
                then {{ days_between('steps.step_date', 'purchases.bought_again_date') }}
        end as days_to_purchase
    from steps
    left join purchases on steps.customer_key = purchases.customer_key
)

select
    continued.customer_kind,
    continued.step,
    cast(max(continued.sort_order) as integer) as step_position,
    cast(count(*) as integer) as customer_count,
    cast(count(case when continued.is_candidate then 1 end) as integer) as candidate_count,
    cast(count(continued.days_to_purchase) as integer) as continued_count,
    cast(count(continued.days_to_purchase) as double) / nullif(count(case when continued.is_candidate then 1 end), 0) as continued_share,
    cast(median(continued.days_to_purchase) as decimal(18, 4)) as median_days,
    cast(coalesce(max(complaints.complaint_count), 0) as integer) as complaint_count,
    cast(coalesce(max(complaints.complaint_count), 0) as double) / count(*) as complaint_rate
from continued
left join complaints on continued.customer_kind = complaints.customer_kind and continued.step = complaints.step
group by continued.customer_kind, continued.step
