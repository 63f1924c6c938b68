{{ config(materialized='view') }}
{#
    Grain: one answer of a customer to a survey, on a scale from 0 to 100, the higher the better: of effort (ces) the highest score is the
    least effort. Facts of judgements by date: known from its day.
#}
select
    records.customer_key,
    {{ document_key("'survey'", 'answers.source_system', 'answers.response_ref') }} as response_key,
    answers.responded_date as known_from,
    answers.survey,
    answers.score,
    cast(100 * (answers.score - coalesce(answers.scale_min, case answers.survey when 'nps' then 0 else 1 end))
        / nullif(coalesce(answers.scale_max, case answers.survey when 'nps' then 10 when 'csat' then 5 else 7 end)
            - coalesce(answers.scale_min, case answers.survey when 'nps' then 0 else 1 end), 0) as decimal(18, 4)) as scaled_score
from {{ ref('int_survey_responses_unioned') }} as answers
inner join {{ ref('int_records_resolved') }} as records on answers.record_key = records.record_key
where answers.record_status = 'accepted'
