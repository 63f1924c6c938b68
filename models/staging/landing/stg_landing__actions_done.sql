{# Grain: one record of the landing table `actions_done`. #}
{%- set contract = source_contract('landing', 'actions_done') -%}
with standardized as (
{{ standardize_columns(contract) }}
),

validated as (
{{ validate_records('standardized', contract) }}
)

select * from validated
