{#
    Grain: one graded customer at the as-of date: what becomes of its action, and at which place of its owner's list it stands. What a person does
    goes by urgency, then by value per hour, as long as the hours of the owner's week last; what is left is filled by what still
    fits; a program has no such limit.
#}
with ordered as (
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
    from {{ ref('int_actions_judged') }} as judged
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
