{# Grain: one record of the landing table `privacy_requests`. #}
{%- set contract = source_contract('landing', 'privacy_requests') -%}
with standardized as (
{{ standardize_columns(contract) }}
),

validated as (
{{ validate_records('standardized', contract) }}
)

select * from validated
