{# Grain: one record of the landing table `campaign_touches`. #}
{%- set contract = source_contract('landing', 'campaign_touches') -%}
with standardized as (
{{ standardize_columns(contract) }}
),

validated as (
{{ validate_records('standardized', contract) }}
)

select * from validated
