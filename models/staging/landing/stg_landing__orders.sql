{# Grain: one record of the landing table `orders`. An order without amount needs at least one line, whatever becomes of it. #}
{%- set contract = source_contract('landing', 'orders') -%}
with standardized as (
{{ standardize_columns(contract) }}
),

orders_with_lines as (
    select distinct
        coalesce({{ trimmed('source_system') }}, 'landing') as source_system,
        {{ trimmed('order_ref') }} as order_ref
    from {{ source('landing', 'order_lines') }}
),

compared as (
    select
        standardized.*,
        orders_with_lines.order_ref is not null as has_lines
    from standardized
    left join orders_with_lines
        on standardized.source_system = orders_with_lines.source_system
        and case when standardized.amount is null then standardized.order_ref end = orders_with_lines.order_ref
),

validated as (
{{ validate_records('compared', contract, [
    ['amount', 'negative_amount', 'amount < 0'],
    ['amount', 'missing_amount', 'amount is null and amount__problem is null and not has_lines'],
    ['exchange_rate', 'not_positive', 'exchange_rate <= 0'],
]) }}
)

select * from validated
