{# Grain: one accepted refund that is not pending. What exceeds its order, or is of an order that does not count, is excess. The
reason is free text and stays in restricted data. #}
select
    {{ published_system('refunds.source_system') }} as source_system,
    {{ published_ref('refunds.source_system', 'refunds.refund_ref') }} as refund_ref,
    refunds.refund_kind,
    case
        when refunds.has_order then {{ published_ref('refunds.order_source_system', 'refunds.order_ref') }}
    end as order_ref,
    {{ customer_id('records.customer_key') }} as customer_id,
    refunds.refunded_at,
    refunds.effective_date,
    refunds.refunded_amount,
    refunds.excess_amount,
    refunds.original_currency,
    refunds.original_amount as refunded_original_amount,
    refunds.exchange_rate
from {{ ref('int_refunds_applied') }} as refunds
left join {{ ref('int_records_resolved') }} as records on refunds.record_key = records.record_key
where not refunds.is_pending
