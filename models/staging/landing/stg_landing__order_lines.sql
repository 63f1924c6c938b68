{# Grain: one record of the landing table `order_lines`. Rules that need its order or its product stand in the union. #}
{%- set contract = source_contract('landing', 'order_lines') -%}
with standardized as (
{{ standardize_columns(contract) }}
),

validated as (
{{ validate_records('standardized', contract) }}
)

select * from validated
