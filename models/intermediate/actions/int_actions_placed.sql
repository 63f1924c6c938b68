{#
    Grain: one graded customer at the as-of date: what becomes of its action, and at which place of its owner's list it stands. What a person does
    goes by urgency, then by value per hour, as long as the hours of the owner's week last; what is left is filled by what still
    fits; a program has no such limit. The holdout of an
    action is a share of its customers, the same ones every night.
#}
with touches as (
    select
        touches.customer_key,
        cast(sum(case when touches.touched_date > {{ days_after('settings.as_of_date', '-7') }} then 1 else 0 end) as integer) as week_count,
        cast(count(*) as integer) as month_count
    from {{ ref('int_marketing_touches') }} as touches
    inner join {{ ref('int_run_settings') }} as settings
        on touches.touched_date <= settings.as_of_date and touches.touched_date > {{ days_after('settings.as_of_date', '-30') }}
    group by touches.customer_key
),

owners as (
    select staff_ref, max(weekly_capacity) as week_hours, max(case when is_active = false then 0 else 1 end) = 1 as is_active
    from {{ ref('int_staff_unioned') }}
    where record_status = 'accepted'
    group by staff_ref
),

judged as (
    select
        matched.*,
        reachable.channel,
        attributes.account_owner as owner_ref,
        cast(coalesce(owners.week_hours, matched.owner_week_hours) as decimal(9, 2)) as week_hours,
        case
            when matched.work = 'none' then 'no_action'
            when matched.is_done then 'done'
            when matched.due_date > {{ days_after('matched.as_of_date', 'matched.action_horizon_days') }} then 'not_due'
            when barred.customer_key is not null and coalesce(reachable.channel, '') <> 'internal' then 'do_not_contact'
            when reachable.channel is null then 'no_channel'
            when matched.is_marketing
                and (touches.week_count >= matched.action_week_max_touches or touches.month_count >= matched.action_month_max_touches) then 'capped'
            when matched.is_marketing and {{ hex_to_bigint("substr(md5(concat(cast(matched.customer_key as " ~ dbt.type_string()
                ~ "), '|', matched.action_code)), 1, 15)") }} % 10000 < matched.action_holdout_share * 10000 then 'held_out'
            when matched.work = 'person' and (attributes.account_owner is null or coalesce(not owners.is_active, false)) then 'unassigned'
            else 'planned'
        end as status
    from {{ ref('int_actions_matched') }} as matched
    left join {{ ref('int_actions_reachable') }} as reachable on matched.customer_key = reachable.customer_key
    left join {{ ref('int_customer_attributes') }} as attributes on matched.customer_key = attributes.customer_key
    left join owners on attributes.account_owner = owners.staff_ref
    left join {{ ref('int_customers_barred') }} as barred on matched.customer_key = barred.customer_key
    left join touches on matched.customer_key = touches.customer_key
),

ordered as (
    select
        judged.*,
        row_number() over (
            partition by owner_ref, status
            order by
                urgency,
                expected_hours = 0,
                case when expected_hours > 0 then cast(expected_value_amount as double) / cast(expected_hours as double) end desc nulls last,
                expected_value_amount desc,
                due_date,
                customer_key
        ) as place
    from judged
),

{# What is left of the week after the list has met the first action that does not fit goes to those after it that do. #}
summed as (
    select
        ordered.*,
        sum(expected_hours) over (partition by owner_ref, status order by place rows between unbounded preceding and current row) as hours_so_far
    from ordered
),

rooms as (
    select
        summed.*,
        week_hours - max(case when hours_so_far <= week_hours then hours_so_far else 0 end) over (partition by owner_ref, status) as room_hours
    from summed
),

filled as (
    select
        rooms.*,
        sum(case when hours_so_far > week_hours and expected_hours <= room_hours then expected_hours else 0 end) over (
            partition by owner_ref, status order by place rows between unbounded preceding and current row
        ) as filled_hours
    from rooms
)

select
    filled.*,
    cast(place as integer) as priority,
    case
        when status <> 'planned' or expected_hours = 0 or hours_so_far <= week_hours then status
        when expected_hours <= room_hours and filled_hours <= room_hours then status
        else 'over_capacity'
    end as action_status
from filled
