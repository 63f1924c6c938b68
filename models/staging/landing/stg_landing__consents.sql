{# Grain: one record of the landing table `consents`. #}
{%- set contract = source_contract('landing', 'consents') -%}
with standardized as (
{{ standardize_columns(contract) }}
),

validated as (
{{ validate_records('standardized', contract) }}
)

select * from validated
