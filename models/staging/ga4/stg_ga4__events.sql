{# Grain: one record of `events` as it was landed, in the columns of the landing table `web_events`. #}
{%- set derived = {
    'event_ref': "md5(concat_ws('|', coalesce(user_pseudo_id, ''), event_timestamp, event_name, "
        ~ "coalesce(event_bundle_sequence_id, ''), coalesce(batch_page_id, ''), coalesce(batch_ordering_id, ''), coalesce(batch_event_index, ''), stream_id))",
    'occurred_at': epoch_or_text('event_timestamp', 1000000),
    'session_ref': "user_pseudo_id || '.' || (" ~ event_param('event_params', 'ga_session_id') ~ ")",
    'page': replaced(event_param('event_params', 'page_location'), '[?#].*$', ''),
    'value': "coalesce(" ~ event_param('event_params', 'value') ~ ", " ~ json_field('ecommerce', 'purchase_revenue') ~ ")",
    'currency': event_param('event_params', 'currency'),
    'customer_ref': "case when " ~ json_field('privacy_info', 'analytics_storage') ~ " = 'Yes' then " ~ trimmed('user_id') ~ " end",
    'order_ref': "case when " ~ json_field('privacy_info', 'analytics_storage') ~ " = 'Yes' then "
        ~ "coalesce(" ~ json_field('ecommerce', 'transaction_id') ~ ", " ~ event_param('event_params', 'transaction_id') ~ ") end",
    'customer_ref_source_system': web_shop_source(),
    'order_ref_source_system': web_shop_source(),
    'source': first_json_field([
        ['session_traffic_source_last_click', 'manual_campaign.source'],
        ['collected_traffic_source', 'manual_source'],
        ['traffic_source', 'source'],
    ]),
    'medium': first_json_field([
        ['session_traffic_source_last_click', 'manual_campaign.medium'],
        ['collected_traffic_source', 'manual_medium'],
        ['traffic_source', 'medium'],
    ]),
    'campaign': first_json_field([
        ['session_traffic_source_last_click', 'manual_campaign.campaign_name'],
        ['collected_traffic_source', 'manual_campaign_name'],
        ['traffic_source', 'name'],
    ]),
    'has_consent': json_field('privacy_info', 'analytics_storage'),
} -%}
{%- set contract = source_contract('ga4', 'events', derived) -%}
with standardized as (
{{ standardize_columns(contract) }}
),

validated as (
{{ validate_records('standardized', contract, [
    ['session_ref', 'missing_value', 'session_ref is null and visitor_ref is not null'],
]) }}
)

select * from validated
