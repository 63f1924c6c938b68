{# Grain: one record of the landing table `web_events`. #}
{%- set contract = source_contract('landing', 'web_events') -%}
with standardized as (
{{ standardize_columns(contract) }}
),

validated as (
{{ validate_records('standardized', contract) }}
)

select * from validated
