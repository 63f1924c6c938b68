{# Was the list of last week done? By owner: what stood on a list of the last two weeks for seven days or more, and what became of it. #}
select
    account_owner,
    count(*) as planned_count,
    count(case when status = 'done' then 1 end) as done_count,
    count(case when status = 'open' then 1 end) as open_count,
    count(case when status = 'dropped' then 1 end) as dropped_count,
    round(100.0 * count(case when status = 'done' then 1 end) / count(*), 1) as done_percent
from {{ ref('action_log') }}
where not is_held_out
    and account_owner is not null
    and first_planned_date <= (select as_of_date from {{ ref('publication') }}) - 7
    and last_planned_date >= (select as_of_date from {{ ref('publication') }}) - 14
group by account_owner
order by account_owner
