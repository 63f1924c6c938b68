{#
    Grain: one campaign with a start or a message up to the as-of date: what was sent, read and clicked, who of those it reached bought within 30
    days after the first message, and what they spent. Bought after is not bought because of it: that is for a holdout to say.
#}
with touches as (
    select
        touches.campaign_ref,
        coalesce(touches.campaign_ref_source_system, touches.source_system) as source_system,
        records.customer_key,
        min(cast(touches.sent_at as date)) as first_sent_date,
        count(*) as sent_count,
        count(touches.opened_at) as opened_count,
        count(touches.clicked_at) as clicked_count
    from {{ ref('int_campaign_touches_unioned') }} as touches
    inner join {{ ref('int_run_settings') }} as settings on cast(touches.sent_at as date) <= settings.as_of_date
    left join {{ ref('int_records_resolved') }} as records on touches.record_key = records.record_key
    where touches.record_status = 'accepted' and touches.campaign_ref is not null
    group by touches.campaign_ref, coalesce(touches.campaign_ref_source_system, touches.source_system), records.customer_key
),

firsts as (
    select customer_key, min(activity_date) as first_date
    from {{ ref('int_purchase_days') }}
    where order_count > 0
    group by customer_key
),

bought as (
    select
        touches.source_system,
        touches.campaign_ref,
        count(distinct touches.customer_key) as buyer_count,
        count(distinct case when firsts.first_date >= touches.first_sent_date then touches.customer_key end) as new_count,
        cast(sum(days.gross_amount - days.refunded_amount) as decimal(18, 4)) as net_amount
    from touches
    inner join {{ ref('int_purchase_days') }} as days
        on touches.customer_key = days.customer_key
        and touches.first_sent_date <= days.activity_date
        and {{ days_after('touches.first_sent_date', '30') }} > days.activity_date
    inner join {{ ref('int_run_settings') }} as settings on days.activity_date <= settings.as_of_date
    inner join firsts on touches.customer_key = firsts.customer_key
    where days.order_count > 0
    group by touches.source_system, touches.campaign_ref
),

sent as (
    select
        source_system,
        campaign_ref,
        sum(sent_count) as sent_count,
        count(customer_key) as customer_count,
        sum(opened_count) as opened_count,
        sum(clicked_count) as clicked_count
    from touches
    group by source_system, campaign_ref
)

select
    {{ published_system('campaigns.source_system') }} as source_system,
    {{ published_ref('campaigns.source_system', 'campaigns.campaign_ref') }} as campaign_ref,
    cast(campaigns.started_at as date) as started_date,
    cast(campaigns.ended_at as date) as ended_date,
    cast(coalesce(sent.sent_count, 0) as integer) as sent_count,
    cast(coalesce(sent.customer_count, 0) as integer) as customer_count,
    {{ rate_of('nullif(sent.opened_count, 0)', 'sent.sent_count') }} as open_rate,
    {{ rate_of('nullif(sent.clicked_count, 0)', 'sent.sent_count') }} as click_rate,
    cast(coalesce(bought.buyer_count, 0) as integer) as buyer_count,
    {{ rate_of('coalesce(bought.buyer_count, 0)', 'sent.customer_count') }} as buyer_rate,
    coalesce(bought.net_amount, cast(0 as decimal(18, 4))) as net_amount,
    {{ times('campaigns.cost_amount', 'rates.rate') }} as cost_amount,
    cast(coalesce(bought.new_count, 0) as integer) as new_customer_count,
    {{ mean_amount('cast(' ~ times('campaigns.cost_amount', 'rates.rate') ~ ' as decimal(18, 4))', 'nullif(bought.new_count, 0)') }} as acquisition_cost_amount
from {{ ref('int_campaigns_unioned') }} as campaigns
cross join {{ ref('int_run_settings') }} as settings
left join {{ ref('int_rates_now') }} as rates on coalesce(campaigns.currency, settings.reporting_currency) = rates.currency
left join sent on campaigns.source_system = sent.source_system and campaigns.campaign_ref = sent.campaign_ref
left join bought on campaigns.source_system = bought.source_system and campaigns.campaign_ref = bought.campaign_ref
where campaigns.record_status = 'accepted' and (cast(campaigns.started_at as date) <= settings.as_of_date or sent.sent_count > 0)
