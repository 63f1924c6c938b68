{# Grain: one record of the landing table `exchange_rates`. #}
{%- set contract = source_contract('landing', 'exchange_rates') -%}
with standardized as (
{{ standardize_columns(contract) }}
),

validated as (
{{ validate_records('standardized', contract, [
    ['rate', 'not_positive', 'rate <= 0'],
]) }}
)

select * from validated
