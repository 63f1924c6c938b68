{# Grain: one record of the landing table `refunds`. #}
{%- set contract = source_contract('landing', 'refunds') -%}
with standardized as (
{{ standardize_columns(contract) }}
),

validated as (
{{ validate_records('standardized', contract, [
    ['amount', 'not_positive', 'amount <= 0'],
]) }}
)

select * from validated
