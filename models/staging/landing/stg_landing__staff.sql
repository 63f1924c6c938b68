{# Grain: one record of the landing table `staff`. #}
{%- set contract = source_contract('landing', 'staff') -%}
with standardized as (
{{ standardize_columns(contract) }}
),

validated as (
{{ validate_records('standardized', contract) }}
)

select * from validated
