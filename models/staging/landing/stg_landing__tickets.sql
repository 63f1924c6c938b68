{# Grain: one record of the landing table `tickets`. #}
{%- set contract = source_contract('landing', 'tickets') -%}
with standardized as (
{{ standardize_columns(contract) }}
),

validated as (
{{ validate_records('standardized', contract) }}
)

select * from validated
