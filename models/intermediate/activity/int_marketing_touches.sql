{{ config(materialized='view') }}
{# Grain: one marketing message to a customer: a touch of a campaign, or an action of the playbook that is marketing. Known from its day. #}
select
    records.customer_key,
    cast(touches.sent_at as date) as touched_date
from {{ ref('int_campaign_touches_unioned') }} as touches
inner join {{ ref('int_records_resolved') }} as records on touches.record_key = records.record_key
where touches.record_status = 'accepted'
union all
select distinct done.customer_key, done.done_date
from {{ ref('int_actions_done') }} as done
inner join {{ ref('playbook_actions') }} as actions on done.action_code = actions.action_code and actions.is_marketing
