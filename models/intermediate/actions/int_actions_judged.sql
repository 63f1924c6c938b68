{#
    Grain: one graded customer at the as-of date: whether its action is to be done now, and through which channel. The holdout of an action is a share
    of its customers, the same ones every night. Whether the week of the owner has room is not looked at yet.
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
)

select
    matched.*,
    reachable.channel,
    reachable.from_hour,
    reachable.until_hour,
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
