{# Grain: one version of a customer as it was landed. #}
{%- set contract = source_contract('landing', 'customers') -%}
with standardized as (
{{ standardize_columns(contract) }}
),

validated as (
{{ validate_records('standardized', contract) }}
)

select * from validated
