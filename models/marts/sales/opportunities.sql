{# Grain: one accepted opportunity or quote that is not pending. What was open on the as-of date is open, whatever came later. #}
select
    pipeline.entity as document_kind,
    {{ published_system('pipeline.source_system') }} as source_system,
    {{ published_ref('pipeline.source_system', 'pipeline.document_ref') }} as opportunity_ref,
    {{ customer_id('records.customer_key') }} as customer_id,
    pipeline.opened_date,
    pipeline.expected_date,
    case when pipeline.closed_date <= settings.as_of_date then pipeline.closed_date end as closed_date,
    case when pipeline.closed_date > settings.as_of_date then 'open' else pipeline.outcome end as outcome,
    {{ published_word('pipeline.stage', 'stage') }} as stage,
    {{ published_word('pipeline.lost_reason', 'lost_reason') }} as lost_reason,
    {{ published_word('pipeline.competitor', 'competitor') }} as competitor,
    cast(pipeline.probability / 100 as double) as win_probability_share,
    pipeline.amount,
    pipeline.original_currency,
    pipeline.original_amount
from {{ ref('int_pipeline_converted') }} as pipeline
cross join {{ ref('int_run_settings') }} as settings
left join {{ ref('int_records_resolved') }} as records on pipeline.record_key = records.record_key
{{ join_word('pipeline.stage', 'stage') }}
{{ join_word('pipeline.lost_reason', 'lost_reason') }}
{{ join_word('pipeline.competitor', 'competitor') }}
where not pipeline.is_pending
