{{ config(materialized='view') }}
{# Grain: one accepted record that names a customer: by which raw table, of which entity. #}
{%- for entity in [
    'contacts', 'consents', 'receivables', 'payments', 'opportunities', 'quotes', 'tickets', 'interactions', 'survey_responses', 'customer_flags',
] %}
select
    raw_table,
    '{{ entity }}' as contract_table,
    record_key
from {{ ref('int_' ~ entity ~ '_unioned') }}
where record_status = 'accepted' and record_key is not null
union all
{%- endfor %}
select
    raw_table,
    'identifiers',
    record_key
from {{ ref('int_identifiers_normalized') }}
