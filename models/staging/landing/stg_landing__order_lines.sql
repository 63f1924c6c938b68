{# Grain: one record of the landing table `order_lines`. Gifts and non-merchandise (postage, fees) are looked at first: they do not count, so their price is not judged. #}
{%- set contract = source_contract('landing', 'order_lines') -%}
with standardized as (
{{ standardize_columns(contract) }}
),

validated as (
{{ validate_records('standardized', contract) }}
)

select * from validated
