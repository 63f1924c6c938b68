{# Grain: one record of the landing table `receivables`. #}
{%- set contract = source_contract('landing', 'receivables') -%}
with standardized as (
{{ standardize_columns(contract) }}
),

validated as (
{{ validate_records('standardized', contract, [
    ['amount', 'negative_amount', 'amount < 0'],
]) }}
)

select * from validated
