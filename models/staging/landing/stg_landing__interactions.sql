{# Grain: one record of the landing table `interactions`. #}
{%- set contract = source_contract('landing', 'interactions') -%}
with standardized as (
{{ standardize_columns(contract) }}
),

validated as (
{{ validate_records('standardized', contract) }}
)

select * from validated
