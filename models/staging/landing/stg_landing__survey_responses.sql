{# Grain: one record of the landing table `survey_responses`. #}
with records as (
{{ typed_columns('landing', 'survey_responses') }}
),

judged as (
{{ judged('records', 'landing', 'survey_responses', [
    ['score', 'outside_scale', "score < coalesce(scale_min, case survey when 'nps' then 0 else 1 end) or score > coalesce(scale_max, case survey when 'nps' then 10 when 'csat' then 5 else 7 end)"],
]) }}
)

select * from judged
