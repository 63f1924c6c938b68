{# Grain: one accepted answer to a survey up to the as-of date. What was written beside it stays in the private build. #}
select
    {{ published_system('answers.source_system') }} as source_system,
    {{ published_ref('answers.source_system', 'answers.response_ref') }} as response_ref,
    {{ customer_id('records.customer_key') }} as customer_id,
    answers.survey,
    cast(answers.score as decimal(18, 4)) as score,
    scaled.scaled_score,
    case
        when answers.survey <> 'nps' then null
        when scaled.scaled_score >= 90 then 'promoter'
        when scaled.scaled_score >= 70 then 'passive'
        else 'detractor'
    end as nps_class,
    answers.responded_date,
    cast(answers.invited_at as date) as invited_date
from {{ ref('int_survey_responses_unioned') }} as answers
inner join {{ ref('int_run_settings') }} as settings on answers.responded_date <= settings.as_of_date
left join {{ ref('int_records_resolved') }} as records on answers.record_key = records.record_key
left join {{ ref('int_survey_answers') }} as scaled
    on scaled.response_key = {{ document_key("'survey'", 'answers.source_system', 'answers.response_ref') }}
where answers.record_status = 'accepted'
