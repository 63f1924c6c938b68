{#
    Grain: one opportunity or quote x step: opened, won (a quote: accepted) or lost (declined). Facts of judgements by date: a step is
    known from its day, so that a deal that is lost tonight was open before.
#}
with pipeline as (
    select
        records.customer_key,
        {{ document_key('documents.entity', 'documents.source_system', 'documents.document_ref') }} as document_key,
        {{ document_key("'opportunity'", 'documents.opportunity_source_system', 'documents.opportunity_ref') }} as opportunity_key,
        documents.entity = 'quote' as is_quote,
        documents.opened_date,
        documents.closed_date,
        documents.outcome,
        documents.expected_date,
        cast(documents.probability / 100 as decimal(18, 6)) as probability_share,
        documents.amount
    from {{ ref('int_pipeline_converted') }} as documents
    inner join {{ ref('int_records_resolved') }} as records on documents.record_key = records.record_key
    where not documents.is_pending
)

select
    customer_key,
    document_key,
    opportunity_key,
    is_quote,
    'opened' as step,
    opened_date as known_from,
    expected_date,
    probability_share,
    amount
from pipeline
union all
select
    customer_key,
    document_key,
    opportunity_key,
    is_quote,
    case when outcome in ('won', 'accepted') then 'won' else 'lost' end,
    closed_date,
    cast(null as date),
    cast(null as decimal(18, 6)),
    amount
from pipeline
where closed_date is not null
