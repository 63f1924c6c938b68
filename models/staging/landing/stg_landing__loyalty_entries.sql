{# Grain: one record of the landing table `loyalty_entries`. #}
{%- set contract = source_contract('landing', 'loyalty_entries') -%}
with standardized as (
{{ standardize_columns(contract) }}
),

validated as (
{{ validate_records('standardized', contract) }}
)

select * from validated
