{{ config(materialized='view') }}
{# Grain: customer x action x moment at which it was done. #}
select
    records.customer_key,
    lower(actions.action_code) as action_code,
    cast(actions.done_at as date) as done_date
from {{ ref('int_actions_done_unioned') }} as actions
inner join {{ ref('int_records_resolved') }} as records on actions.record_key = records.record_key
where actions.record_status = 'accepted'
