{#
    Grain: raw table x landing table that it feeds x column x rule that at least one record of it breaks. The record
    counts whatever its status.
#}
select
    source_name,
    source_table,
    contract_table as landing_table,
    column_name,
    rule_code,
    dimension,
    severity,
    failed_rows as failed_count
from {{ ref('int_rules_counted') }}
