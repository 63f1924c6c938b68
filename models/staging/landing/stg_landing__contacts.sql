{# Grain: one record of the landing table `contacts`. #}
{%- set contract = source_contract('landing', 'contacts') -%}
with standardized as (
{{ standardize_columns(contract) }}
),

validated as (
{{ validate_records('standardized', contract) }}
)

select * from validated
