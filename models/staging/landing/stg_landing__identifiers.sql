{# Grain: one record of the landing table `identifiers`. #}
{%- set contract = source_contract('landing', 'identifiers') -%}
with standardized as (
{{ standardize_columns(contract) }}
),

validated as (
{{ validate_records('standardized', contract) }}
)

select * from validated
