{# Grain: one record of `call` as it was landed, in the columns of the landing table `interactions`. #}
{%- set derived = {
    'customer_ref': "case when lower(se_module) in ('accounts', 'leads') then " ~ trimmed("replace(what_id, 'zcrm_', '')") ~ " end",
    'kind': "'call'",
    'channel': "'phone'",
    'duration_minutes': minutes_of_clock('call_duration'),
} -%}
{%- set table = landed_table('zoho_crm', 'call', derived, extra={'is_deleted': "lower(is_deleted)"}) -%}
with records as (
{{ typed_columns(table) }}
),

judged as (
{{ judged('records', table, [
    ['interaction_ref', 'deleted_in_source', "is_deleted in ('true', '1', 'yes')"],
]) }}
)

select * from judged
