{# Grain: one record of the landing table `campaigns`. #}
{%- set contract = source_contract('landing', 'campaigns') -%}
with standardized as (
{{ standardize_columns(contract) }}
),

validated as (
{{ validate_records('standardized', contract) }}
)

select * from validated
