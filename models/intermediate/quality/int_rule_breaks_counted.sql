{#
    Grain: raw table x set of rules that records of it break together (empty: none) x record status. How many records
    there are.
#}
select
    {{ replaced('raw_table', '[.].*$', '') }} as source_name,
    {{ replaced('raw_table', '^[^.]*[.]', '') }} as source_table,
    contract_table,
    coalesce(rule_codes, '') as rule_codes,
    record_status,
    cast(sum(row_count) as bigint) as row_count
from {{ ref('int_record_statuses') }}
group by raw_table, contract_table, coalesce(rule_codes, ''), record_status
