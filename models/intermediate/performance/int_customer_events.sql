{{ config(materialized='view') }}
{#
    Grain: one thing that happened with a customer and says how it fares: a day of purchases or refunds, an interaction, a ticket, an answer to a
    survey. Each has its own measures, the others are NULL.
#}
{%- set measures = {
    'net_amount': 'decimal(18, 4)', 'is_purchase': 'integer', 'is_interaction': 'integer', 'is_complaint': 'integer', 'response_hours': 'double',
    'resolution_days': 'double', 'satisfaction': 'double', 'is_promoter': 'integer', 'is_passive': 'integer', 'is_detractor': 'integer',
    'is_answer': 'integer', 'is_csat': 'integer', 'is_satisfied': 'integer', 'is_our_complaint': 'integer', 'is_customer_complaint': 'integer',
    'is_carrier_complaint': 'integer', 'ease': 'double', 'cost_amount': 'decimal(18, 4)',
} %}
{%- set complaint = "category in ('complaint', 'claim', 'dispute')" %}
{%- set events = [
    ('int_purchase_days', 'activity_date', {
        'net_amount': 'gross_amount - refunded_amount', 'is_purchase': 'case when order_count > 0 then 1 end',
    }),
    ('int_interactions_held', 'known_from', {'is_interaction': '1'}),
    ('int_tickets_answered', 'known_from', {
        'is_complaint': 'case when ' ~ complaint ~ ' then 1 end', 'response_hours': 'response_hours', 'resolution_days': 'resolution_days',
        'is_our_complaint': 'case when ' ~ complaint ~ " and responsibility = 'ours' then 1 end",
        'is_customer_complaint': 'case when ' ~ complaint ~ " and responsibility = 'customer' then 1 end",
        'is_carrier_complaint': 'case when ' ~ complaint ~ " and responsibility = 'carrier' then 1 end",
    }),
    ('int_survey_answers', 'known_from', {
        'satisfaction': "case when survey <> 'nps' then scaled_score end", 'is_promoter': "case when survey = 'nps' and scaled_score >= 90 then 1 end",
        'is_passive': "case when survey = 'nps' and scaled_score >= 70 and scaled_score < 90 then 1 end",
        'is_detractor': "case when survey = 'nps' and scaled_score < 70 then 1 end", 'is_answer': '1',
        'is_csat': "case when survey = 'csat' then 1 end", 'is_satisfied': "case when survey = 'csat' and scaled_score >= 75 then 1 end",
        'ease': "case when survey = 'ces' then scaled_score end",
    }),
    ('int_interaction_costs', 'known_from', {'cost_amount': 'cost_amount'}),
] %}
{%- for model, day, filled in events %}
select
    customer_key,
    {{ day }} as event_date,
    {%- for measure, type in measures.items() %}
    cast({{ filled.get(measure, 'null') }} as {{ type }}) as {{ measure }}{{ ',' if not loop.last }}
    {%- endfor %}
from {{ ref(model) }}
{{- ' union all' if not loop.last }}
{%- endfor %}
