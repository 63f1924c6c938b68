{# Grain: one record of the landing table `opportunities`. #}
{%- set contract = source_contract('landing', 'opportunities') -%}
with standardized as (
{{ standardize_columns(contract) }}
),

validated as (
{{ validate_records('standardized', contract) }}
)

select * from validated
