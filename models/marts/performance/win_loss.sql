{#
    Grain: month in which they ended x kind x outcome x reason x competitor: opportunities that were won or lost up to the as-of date, what they were
    worth and how long they were open. Of the lost ones the reason that was given; a reason or a competitor that nobody stated is `unknown`.
#}
with ended as (
    select
        {{ dbt.date_trunc('month', 'pipeline.closed_date') }} as closed_month,
        coalesce(existing.customer_kind, 'unknown') as customer_kind,
        pipeline.outcome,
        case
            when pipeline.outcome = 'won' then 'won'
            else coalesce({{ published_word('pipeline.lost_reason', 'lost_reason') }}, 'unknown')
        end as reason,
        coalesce({{ published_word('pipeline.competitor', 'competitor') }}, 'unknown') as competitor,
        pipeline.amount,
        {{ days_between('pipeline.opened_date', 'pipeline.closed_date') }} as open_days
    from {{ ref('int_pipeline_converted') }} as pipeline
    inner join {{ ref('int_run_settings') }} as settings on pipeline.closed_date <= settings.as_of_date
    left join {{ ref('int_records_resolved') }} as records on pipeline.record_key = records.record_key
    left join {{ ref('int_customers_by_date') }} as existing on records.customer_key = existing.customer_key and existing.is_current
    {{ join_word('pipeline.lost_reason', 'lost_reason') }}
    {{ join_word('pipeline.competitor', 'competitor') }}
    where pipeline.entity = 'opportunity' and not pipeline.is_pending
)

select
    cast(closed_month as date) as closed_month,
    customer_kind,
    outcome,
    reason,
    competitor,
    cast(count(*) as integer) as opportunity_count,
    cast(coalesce(sum(amount), 0) as decimal(18, 4)) as amount,
    cast(count(amount) as integer) as stated_count,
    cast(sum(open_days) as double) / count(*) as mean_open_days,
    cast(count(*) as double) / sum(count(*)) over (partition by closed_month, customer_kind) as opportunity_share
from ended
group by closed_month, customer_kind, outcome, reason, competitor
