{# Grain: raw table x set of rules that records of it break together (empty: none) x fate. How many records there are. #}
{%- for source_name, table_name, maps_to in raw_tables_with_rows() %}
select
    '{{ source_name }}' as source_name,
    '{{ table_name }}' as source_table,
    '{{ contract_name_of(source_name, table_name) }}' as contract_table,
    coalesce(decided_codes, '') as rule_codes,
    decided_fate as fate,
    cast(count(*) as bigint) as row_count
from {{ decided(source_name, table_name, maps_to) }} as decided
group by coalesce(decided_codes, ''), decided_fate
{{ 'union all' if not loop.last }}
{%- endfor %}
