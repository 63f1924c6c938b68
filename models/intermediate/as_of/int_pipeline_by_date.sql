{#
    Grain: date due x opportunity or quote opened by then, as it stood on the date: open, won or lost, and since when.
#}
with due as (
    select distinct as_of_date from {{ ref('int_dates_due') }}
)

select
    due.as_of_date,
    opened.customer_key,
    opened.document_key,
    opened.opportunity_key,
    opened.is_quote,
    opened.known_from as opened_date,
    opened.expected_date,
    opened.probability_share,
    opened.amount,
    coalesce(closed.step, 'open') as outcome,
    closed.known_from as closed_date
from due
inner join {{ ref('int_pipeline_steps') }} as opened
    on due.as_of_date >= opened.known_from and opened.step = 'opened'
left join {{ ref('int_pipeline_steps') }} as closed
    on opened.document_key = closed.document_key and closed.step <> 'opened' and due.as_of_date >= closed.known_from
