{#
    Grain: one accepted opportunity or quote with its currency: its own, else its customer's on the day it was opened, else the
    default of its source, else NULL (the reporting currency). An opportunity that is closed without a day is closed on the day it
    was expected to, else on the day it was changed last; a quote that was answered, on the latter.
#}
with pipeline as (
    select
        'opportunity' as entity,
        raw_table,
        source_system,
        opportunity_ref as document_ref,
        cast(null as {{ dbt.type_string() }}) as opportunity_source_system,
        cast(null as {{ dbt.type_string() }}) as opportunity_ref,
        record_key,
        opened_date,
        cast(expected_close_at as date) as expected_date,
        case
            when coalesce(outcome, 'open') in ('won', 'lost')
                then greatest(cast(coalesce(closed_at, expected_close_at, updated_at, opened_at) as date), opened_date)
        end as closed_date,
        case when outcome in ('won', 'lost') then outcome else 'open' end as outcome,
        stage,
        probability,
        lost_reason,
        competitor,
        account_owner,
        amount,
        currency
    from {{ ref('int_opportunities_unioned') }}
    where record_status = 'accepted'
    union all
    select
        'quote',
        raw_table,
        source_system,
        quote_ref,
        case when opportunity_ref is not null then coalesce(opportunity_ref_source_system, source_system) end,
        opportunity_ref,
        record_key,
        quoted_date,
        cast(valid_until as date),
        case
            when status in ('accepted', 'declined')
                then greatest(cast(coalesce(updated_at, valid_until, quoted_at) as date), quoted_date)
        end,
        case when status in ('accepted', 'declined') then status else 'open' end,
        cast(null as {{ dbt.type_string() }}),
        cast(null as decimal(18, 4)),
        cast(null as {{ dbt.type_string() }}),
        cast(null as {{ dbt.type_string() }}),
        cast(null as {{ dbt.type_string() }}),
        amount,
        currency
    from {{ ref('int_quotes_unioned') }}
    where record_status = 'accepted'
)

select
    pipeline.entity,
    pipeline.raw_table,
    pipeline.source_system,
    pipeline.document_ref,
    pipeline.opportunity_source_system,
    pipeline.opportunity_ref,
    pipeline.record_key,
    pipeline.opened_date,
    pipeline.expected_date,
    pipeline.closed_date,
    pipeline.outcome,
    pipeline.stage,
    pipeline.probability,
    pipeline.lost_reason,
    pipeline.competitor,
    pipeline.account_owner,
    pipeline.amount as original_amount,
    coalesce(pipeline.currency, customers.currency, settings.currency) as currency
from pipeline
{{ currency_look_ups('pipeline', 'pipeline.currency', 'pipeline.opened_date') }}
