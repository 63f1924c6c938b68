{# Grain: one record of the landing table `quotes`. #}
{%- set contract = source_contract('landing', 'quotes') -%}
with standardized as (
{{ standardize_columns(contract) }}
),

validated as (
{{ validate_records('standardized', contract) }}
)

select * from validated
