{# Grain: one record of the landing table `orders`. An order without amount needs at least one line, whatever becomes of it. #}
{%- set table = landed_table('landing', 'orders') -%}
with records as (
{{ typed_columns(table) }}
),

orders_with_lines as (
    select distinct
        coalesce({{ trimmed('source_system') }}, 'landing') as source_system,
        {{ trimmed('order_ref') }} as order_ref
    from {{ source('landing', 'order_lines') }}
),

compared as (
    select
        records.*,
        orders_with_lines.order_ref is not null as has_lines
    from records
    left join orders_with_lines
        on records.source_system = orders_with_lines.source_system
        and case when records.amount is null then records.order_ref end = orders_with_lines.order_ref
),

judged as (
{{ judged('compared', table, [
    ['amount', 'negative_amount', 'amount < 0'],
    ['amount', 'missing_amount', 'amount is null and amount__problem is null and not has_lines'],
    ['exchange_rate', 'not_positive', 'exchange_rate <= 0'],
]) }}
)

select * from judged
