{# Grain: one record of `order_payment` as it was landed, in the columns of the landing table `payments`. #}
{%- set derived = {
    'paid_at': epoch_or_text('payment_time', 1000),
    'updated_at': epoch_or_text('last_modified_time', 1000),
} -%}
{%- set contract = source_contract('fxiaoke', 'order_payment', derived, extra={
    'is_deleted': "lower(is_deleted)",
    'life_status': "lower(life_status)",
    'payment_id': trimmed('payment_id'),
}) -%}
with standardized as (
{{ standardize_columns(contract) }}
),

transfers as (
    select source_system, payment_ref, max(paid_at) as paid_at, max(method) as method
    from {{ ref('stg_fxiaoke__payment') }}
    where record_status = 'accepted'
    group by source_system, payment_ref
),

compared as (
    {# The date and the way of payment stand on the transfer. #}
    select {{ replaced_columns(contract, 'standardized', {
        'paid_at': 'coalesce(standardized.paid_at, transfers.paid_at)',
        'paid_at__problem': 'case when transfers.paid_at is null then standardized.paid_at__problem end',
        'method': 'transfers.method',
    }) }},
        standardized.is_deleted,
        standardized.life_status
    from standardized
    left join transfers on standardized.source_system = transfers.source_system and standardized.payment_id = transfers.payment_ref
),

validated as (
{{ validate_records('compared', contract, [
    ['payment_ref', 'deleted_in_source', "is_deleted in ('true', '1', '是')"],
    ['payment_ref', 'invalid_in_source', "life_status in ('invalid', '作废')"],
    ['amount', 'negative_amount', "amount < 0"],
]) }}
)

select * from validated
