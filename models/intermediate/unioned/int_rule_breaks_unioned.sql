{# Grain: raw table x set of rules that records of it break together (empty: none) x fate. How many records there are. #}
{%- for source_name, table_name, _ in raw_tables_with_rows() %}
select
    '{{ source_name }}' as source_name,
    '{{ table_name }}' as source_table,
    '{{ contract_name_of(source_name, table_name) }}' as contract_table,
    coalesce(rule_codes, '') as rule_codes,
    fate,
    cast(count(*) as bigint) as row_count
from {{ ref('stg_' ~ source_name ~ '__' ~ table_name) }}
group by coalesce(rule_codes, ''), fate
{{ 'union all' if not loop.last }}
{%- endfor %}
