{# Grain: one record of the landing table `payments`. #}
{%- set contract = source_contract('landing', 'payments') -%}
with standardized as (
{{ standardize_columns(contract) }}
),

validated as (
{{ validate_records('standardized', contract) }}
)

select * from validated
