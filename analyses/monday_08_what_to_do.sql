{# What each person must do this week, the first things first. Add `where account_owner = ...` for one person. #}
select
    account_owner,
    priority,
    display_name,
    action_en,
    action_zh,
    channel,
    due_date,
    reason_en,
    reason_zh
from {{ ref('customer_actions') }}
where status = 'planned' and account_owner is not null
order by account_owner, priority
