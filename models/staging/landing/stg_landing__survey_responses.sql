{# Grain: one record of the landing table `survey_responses`. #}
{%- set contract = source_contract('landing', 'survey_responses') -%}
with standardized as (
{{ standardize_columns(contract) }}
),

validated as (
{{ validate_records('standardized', contract, [
    ['score', 'outside_scale', "score < coalesce(scale_min, case survey when 'nps' then 0 else 1 end) "
        ~ "or score > coalesce(scale_max, case survey when 'nps' then 10 when 'csat' then 5 else 7 end)"],
]) }}
)

select * from validated
