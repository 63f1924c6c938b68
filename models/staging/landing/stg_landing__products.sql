{# Grain: one record of the landing table `products`. #}
{%- set contract = source_contract('landing', 'products') -%}
with standardized as (
{{ standardize_columns(contract) }}
),

validated as (
{{ validate_records('standardized', contract) }}
)

select * from validated
