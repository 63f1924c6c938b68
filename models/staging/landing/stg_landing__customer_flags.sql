{# Grain: one record of the landing table `customer_flags`. #}
{%- set contract = source_contract('landing', 'customer_flags') -%}
with standardized as (
{{ standardize_columns(contract) }}
),

validated as (
{{ validate_records('standardized', contract) }}
)

select * from validated
